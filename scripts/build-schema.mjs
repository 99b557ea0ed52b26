// Writes src/unit/unit.schema.json: a JSON Schema of a unit as `UnitJson.toJson` gives it. The shapes come from the types
// of the model, the sections from the table of directives. `--check` only compares, for `npm run check`.
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { loadModule } from "./load-module.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const output = "src/unit/unit.schema.json"
const { Directives } = await loadModule("export * as Directives from './src/unit/Directives.ts'")

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ".")
const program = ts.createProgram(["src/unit/Unit.ts"], { ...options, noEmit: true })
const checker = program.getTypeChecker()
const values = program.getSourceFile("src/unit/Values.ts")
const unit = program.getSourceFile("src/unit/Unit.ts")

const definitions = {}
const docOf = (symbol) =>
  ts.displayPartsToString(symbol?.getDocumentationComment(checker) ?? []).replace(/\s*\n\s*/g, " ")
const described = (schema, symbol) => {
  const description = docOf(symbol)
  return description === "" ? schema : { ...schema, description }
}

/** A type that has a name is written once, under this name. */
const named = (name, make) => {
  if (!Object.hasOwn(definitions, name)) {
    definitions[name] = {}
    definitions[name] = make()
  }
  return { $ref: `#/definitions/${name}` }
}

/** `Millis` and the like: names for numbers, of which the type checker only remembers the number. */
const numberAlias = (node) => {
  if (node === undefined || !ts.isTypeReferenceNode(node) || node.typeArguments !== undefined) return undefined
  let symbol = checker.getSymbolAtLocation(node.typeName)
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol)
  const declaration = symbol?.declarations?.find(ts.isTypeAliasDeclaration)
  if (declaration?.type.kind !== ts.SyntaxKind.NumberKeyword) return undefined
  return named(symbol.name, () => {
    const description = docOf(symbol)
    const finite = { type: "number" }
    return description.includes("Infinity")
      ? { anyOf: [finite, { const: "infinity" }], description }
      : { ...finite, description }
  })
}

const ofUnion = (types) => {
  const literals = types.filter((type) => type.isStringLiteral() || type.isNumberLiteral())
  const booleans = types.filter((type) => type.flags & ts.TypeFlags.BooleanLiteral)
  const others = types.filter((type) => !literals.includes(type) && !booleans.includes(type))
  const parts = others.map((type) => toSchema(type))
  if (literals.length > 0) parts.unshift({ enum: literals.map(({ value }) => value) })
  if (booleans.length === 2) parts.unshift({ type: "boolean" })
  else if (booleans.length === 1) parts.unshift({ const: checker.typeToString(booleans[0]) === "true" })
  return parts.length === 1 ? parts[0] : { anyOf: parts }
}

const ofObject = (type) => {
  const properties = {}
  const required = []
  for (const property of type.getProperties()) {
    const declaration = property.valueDeclaration
    const node = declaration !== undefined && ts.isPropertySignature(declaration) ? declaration.type : undefined
    const inner = checker.getTypeOfSymbol(property)
    properties[property.name] = described(toSchema(inner, node), property)
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0 ||
      (inner.isUnion() && inner.types.some((one) => one.flags & ts.TypeFlags.Undefined))
    if (!optional) required.push(property.name)
  }
  return { type: "object", properties, required, additionalProperties: false }
}

/** The schema of a type; `node` is how it was written, for what the type has forgotten. */
const toSchema = (type, node) => {
  const alias = numberAlias(node)
  if (alias !== undefined) return alias
  if (type.isUnion()) {
    const present = type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined))
    const name = type.aliasSymbol?.name
    const make = () => described(ofUnion(present), type.aliasSymbol)
    return name === undefined || present.every((one) => one.isStringLiteral()) ? ofUnion(present) : named(name, make)
  }
  if (type.flags & ts.TypeFlags.Any) throw new Error(`${node?.getText()} has no type to write down`)
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === "true" }
  if (type.flags & ts.TypeFlags.StringLike) return { type: "string" }
  if (type.flags & ts.TypeFlags.NumberLike) return { type: "number" }
  // A branded string is an intersection; what is branded counts.
  if (type.isIntersection() && type.types.some((one) => one.flags & ts.TypeFlags.String)) return { type: "string" }
  if (checker.isTupleType(type)) {
    const items = checker.getTypeArguments(type).map((one) => toSchema(one))
    return { type: "array", items, minItems: items.length, maxItems: items.length }
  }
  if (checker.isArrayType(type)) {
    const element = node !== undefined && ts.isTypeReferenceNode(node) ? node.typeArguments?.[0] : undefined
    return { type: "array", items: toSchema(checker.getTypeArguments(type)[0], element) }
  }
  const symbol = type.aliasSymbol ?? type.symbol
  const make = () => described(ofObject(type), symbol)
  return symbol === undefined || symbol.name.startsWith("__") ? ofObject(type) : named(symbol.name, make)
}

const exported = (file, name) =>
  checker.getExportsOfModule(checker.getSymbolAtLocation(file)).find((symbol) => symbol.name === name)

const grammars = checker.getDeclaredTypeOfSymbol(exported(values, "Values"))

const ofGrammar = (grammar) => {
  const property = grammars.getProperty(grammar)
  if (property !== undefined) {
    return described(toSchema(checker.getTypeOfSymbol(property), property.valueDeclaration.type), property)
  }
  // A bar at the end only says that an empty value takes back earlier ones.
  const alternatives = grammar.split("|").filter((one) => one !== "")
  if (alternatives.length === 1 && grammars.getProperty(alternatives[0]) !== undefined) {
    return ofGrammar(alternatives[0])
  }
  const isRange = (one) => /^-?[0-9]+[.][.]-?[0-9]+$/.test(one)
  const parts = alternatives.filter(isRange).map((one) => {
    const [minimum, maximum] = one.split("..").map(Number)
    return { type: "integer", minimum, maximum }
  })
  const words = alternatives.filter((one) => !isRange(one))
  if (words.length > 0) parts.unshift({ enum: words })
  return parts.length === 1 ? parts[0] : { anyOf: parts }
}

const ofDirective = (directive) => {
  const { $ref, ...schema } = ofGrammar(directive.grammar)
  const text = {
    description: directive.doc,
    ...(directive.default === "" ? {} : { $comment: `default: ${directive.default}` })
  }
  return $ref === undefined ? { ...schema, ...text } : { allOf: [{ $ref }], ...text }
}

/** Every directive of a section that has a place of its own; the fields that collect several come from the model. */
const ofSection = (name) => {
  const properties = {}
  const model = checker.getDeclaredTypeOfSymbol(exported(unit, `${name}Section`))
  for (const key of Directives.keysOf(name)) {
    const directive = Directives.find(name, key)
    const [slot] = Directives.slotsOf(directive)
    if (directive.meaning === undefined && slot.key === key) properties[key] = ofDirective(directive)
  }
  const required = []
  for (const property of model.getProperties()) {
    if (!Object.hasOwn(properties, property.name)) {
      properties[property.name] = described(toSchema(checker.getTypeOfSymbol(property)), property)
    }
    if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name)
  }
  return { type: "object", properties, required, additionalProperties: false }
}

const ofUnit = (name) => {
  const own = name === "Target" ? [] : [name]
  const sections = ["Unit", ...own, "Install"]
  return {
    type: "object",
    properties: {
      _tag: { const: name },
      name: { type: "string" },
      file: { type: "string" },
      ...Object.fromEntries(sections.map((section) => [section, { $ref: `#/definitions/${section}Section` }]))
    },
    required: ["_tag", "name", "file", ...sections],
    additionalProperties: false
  }
}

for (const section of Directives.allSections) definitions[`${section}Section`] = ofSection(section)
const kinds = ["Service", "Socket", "Target", "Timer", "Path"]
for (const kind of kinds) definitions[kind] = ofUnit(kind)

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $comment: "@generated by scripts/build-schema.mjs",
  title: "A unit as container-init reads it",
  anyOf: kinds.map((kind) => ({ $ref: `#/definitions/${kind}` })),
  definitions: Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => a < b ? -1 : 1))
}

/** A line for each property: a line for each word would be thousands of them. */
const print = (value, depth) => {
  if (depth === 0 || typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value)
  const inner = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${print(one, depth - 1)}`)
  return `{\n${inner.join(",\n")}\n}`
}
const text = `${print(schema, 4)}\n`

if (process.argv.includes("--check")) {
  if (readFileSync(output, "utf8") !== text) {
    console.error(`${output} differs from the model it is made from; run node scripts/build-schema.mjs`)
    process.exit(1)
  }
} else {
  writeFileSync(output, text)
}
