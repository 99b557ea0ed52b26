/**
 * The house look and the rules that need no types. Run: `npx eslint --config scripts/eslint.config.mjs --fix .`
 *
 * Rules about floors are in check-floors.mjs; rules about effects are in tsconfig.json (effect-language-service).
 */
import { builtinModules } from "node:module"
import * as effect from "@effect/eslint-plugin"
import simpleImportSort from "eslint-plugin-simple-import-sort"
import sortDestructureKeys from "eslint-plugin-sort-destructure-keys"
import typescript from "typescript-eslint"
import { house } from "./eslint.house.mjs"

/** The places that may know that the engine is Node. */
const nodeOnly = ["src/runtime/node/**/*.ts", "src/bin/node*.ts"]
/** The places that may run an effect. */
const entries = ["src/bin/**/*.ts"]
const pure = ["src/unit/**/*.ts", "src/graph/**/*.ts"]

// ---- parts: a rule given twice replaces its options, so each block below is put together from these

const secondReaper = {
  regex: "^(node:)?child_process$|^@effect/platform/Command|^@effect/platform-node/NodeCommand",
  message: "libuv would reap beside our own reaper: processes are started by kernel/Processes only."
}
const nodeModules = {
  regex: `^node:|^(${builtinModules.join("|")})$`,
  caseSensitive: true,
  message: "Only src/runtime/node and src/bin/node*.ts know Node; elsewhere ask for a port of src/kernel."
}
const effectAsValue = {
  regex: "^effect$|^@?effect/",
  message: "unit/ and graph/ are plain data in, data out: `import type` from effect at most.",
  allowTypeImports: true
}

const runMember = /^(unsafe)?[rR]un(Sync|Promise|Fork|Callback)/.source
const runsEffect = [
  { selector: `MemberExpression[object.name='Effect'][property.name=/${runMember}/]` },
  { selector: `ImportDeclaration[source.value=/^effect/] ImportSpecifier[imported.name=/${runMember}/]` }
].map((rule) => ({ ...rule, message: "Effect.run* belongs to src/bin and tests: return the effect instead." }))
const lazySecondReaper = {
  selector: "ImportExpression[source.value=/child_process|platform\\u002fCommand/]",
  message: secondReaper.message
}
const impure = [
  { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']" },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]" },
  { selector: "MemberExpression[object.name='Math'][property.name='random']" },
  { selector: "MemberExpression[object.name='performance']" }
].map((rule) => ({ ...rule, message: "unit/ and graph/ have no clock and no dice: take the value as a parameter." }))

const engineGlobals = ["process", "Buffer", "global", "require", "fetch", "setTimeout", "setInterval", "setImmediate"]
  .concat("clearTimeout", "clearInterval", "clearImmediate")
  .map((name) => ({ name, message: "A global of one engine: use an Effect service, or a port of src/kernel." }))

const imports = (...patterns) => ({
  "@typescript-eslint/no-restricted-imports": ["error", { patterns }]
})
const syntax = (...rules) => ({ "no-restricted-syntax": ["error", ...rules] })

export default typescript.config(
  { ignores: ["**/node_modules/**", "dist/**", "build/**", "fixtures/**"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts", "**/*.mjs"],
    extends: [typescript.configs.recommended],
    plugins: {
      "@effect": effect,
      "simple-import-sort": simpleImportSort,
      "sort-destructure-keys": sortDestructureKeys
    },
    rules: {
      "@effect/dprint": ["error", {
        config: {
          indentWidth: 2,
          lineWidth: 120,
          semiColons: "asi",
          quoteStyle: "alwaysDouble",
          trailingCommas: "never",
          operatorPosition: "maintain",
          "arrowFunction.useParentheses": "force",
          // simple-import-sort does these.
          "module.sortImportDeclarations": "maintain",
          "module.sortExportDeclarations": "maintain",
          "importDeclaration.sortNamedImports": "maintain",
          "exportDeclaration.sortNamedExports": "maintain"
        }
      }],
      "@effect/no-import-from-barrel-package": ["error", {
        packageNames: ["effect", "@effect/platform", "@effect/platform-node", "@effect/cli"]
      }],
      "@typescript-eslint/array-type": ["error", { default: "generic", readonly: "generic" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Data.TaggedEnum, Context.Tag and friends are written with empty interfaces and `{}`.
      "@typescript-eslint/no-empty-object-type": "off",
      eqeqeq: ["error", "always"],
      "no-cond-assign": "error",
      "no-constant-binary-expression": "error",
      "no-debugger": "error",
      "no-empty": "error",
      "no-irregular-whitespace": ["error", { skipComments: false, skipStrings: false }],
      "no-misleading-character-class": "error",
      "no-self-compare": "error",
      "no-unsafe-finally": "error",
      "no-useless-escape": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "simple-import-sort/exports": "error",
      "simple-import-sort/imports": ["error", { groups: [["^\\u0000", "^node:", "^@?\\w", "^\\."]] }],
      "sort-destructure-keys/sort-destructure-keys": "error"
    }
  },
  {
    files: ["src/**/*.ts"],
    plugins: { house },
    rules: {
      "no-console": "error",
      "no-restricted-globals": ["error", ...engineGlobals],
      "house/effect-directives": ["error", { nodeOnly: ["src/runtime/node/", "src/bin/node"] }],
      ...imports(secondReaper, nodeModules),
      ...syntax(...runsEffect, lazySecondReaper)
    }
  },
  {
    files: pure,
    rules: {
      ...imports(secondReaper, nodeModules, effectAsValue),
      ...syntax(...runsEffect, lazySecondReaper, ...impure)
    }
  },
  { files: entries, rules: syntax(lazySecondReaper) },
  { files: nodeOnly, rules: { ...imports(secondReaper), "no-restricted-globals": "off" } }
)
