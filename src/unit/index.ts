/**
 * systemd's unit language as a library: text to model, with every fault as data. Pure, for any JavaScript engine.
 *
 * @since 0.1.0
 */
export * as Check from "./Check.ts"
export { Code } from "./Code.ts"
export * as Diagnostic from "./Diagnostic.ts"
export * as Directives from "./Directives.ts"
export * as EnvironmentFile from "./EnvironmentFile.ts"
export * as Expand from "./Expand.ts"
export * as AbsolutePath from "./grammar/AbsolutePath.ts"
export * as Boolean from "./grammar/Boolean.ts"
export * as CommandLine from "./grammar/CommandLine.ts"
export * as Environment from "./grammar/Environment.ts"
export * as Integer from "./grammar/Integer.ts"
export * as Signal from "./grammar/Signal.ts"
export * as TimeSpan from "./grammar/TimeSpan.ts"
export * as UnitNames from "./grammar/UnitNames.ts"
export * as UserName from "./grammar/UserName.ts"
export * as Words from "./grammar/Words.ts"
export * as Lexer from "./Lexer.ts"
export * as Overlay from "./Overlay.ts"
export * as Parse from "./Parse.ts"
export * as Specifiers from "./Specifiers.ts"
export * as Suggest from "./Suggest.ts"
export type * as Unit from "./Unit.ts"
export * as UnitName from "./UnitName.ts"
