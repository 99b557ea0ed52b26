/**
 * Credentials of services, systemd.exec(5) `LoadCredential=`, `SetCredential=`, `ImportCredential=`.
 *
 * @since 0.1.0
 */
import type { CredentialImport, CredentialSource, CredentialValue } from "../values/Exec.ts"
import * as AbsolutePath from "./AbsolutePath.ts"
import * as Base64 from "./Base64.ts"
import * as CEscape from "./CEscape.ts"
import * as Fields from "./Fields.ts"

/** Whether a credential may be called so: a file name of ASCII without a colon. */
export const isName = (text: string): boolean => /^(?!\.{1,2}$)[ -.0-9;-~]{1,255}$/.test(text)

/** `name[:source]`: a path, or the name of a credential that PID 1 was given. */
export const parseLoad = (text: string): CredentialSource | undefined => {
  const colon = text.indexOf(":")
  const name = colon < 0 ? text : text.slice(0, colon)
  const written = colon < 0 ? "" : text.slice(colon + 1)
  const source = written === "" ? name : written.startsWith("/") ? AbsolutePath.parse(written) : written
  if (source === undefined || !isName(name) || !source.startsWith("/") && !isName(source)) return undefined
  return { name, source }
}

/** What substitutes specifiers and variables in the parts of a credential. */
export interface Transform {
  readonly name: (text: string) => string
  readonly value: (text: string) => string
}

const none: Transform = { name: (text) => text, value: (text) => text }

/** `name:value`; the value may hold C escapes, and encrypted it is base64. */
export const parseSet = (text: string, encrypted: boolean, transform = none): CredentialValue | undefined => {
  const colon = Fields.firstColon(text)
  const name = transform.name(text.slice(0, Math.max(colon, 0)))
  const value = text.slice(colon + 1)
  if (value === "" || !isName(name)) return undefined
  if (encrypted) {
    const base64 = Base64.parse(transform.value(value))
    return base64 === undefined ? undefined : { name, base64 }
  }
  const bytes = CEscape.parseText(value, transform.value)
  return bytes === undefined ? undefined : { name, base64: Base64.encode(bytes) }
}

/** `glob[:prefix]`: what matches is taken over, under a name that begins with the prefix instead. */
export const parseImport = (text: string): CredentialImport | undefined => {
  const colon = text.indexOf(":")
  const glob = colon < 0 ? text : text.slice(0, colon)
  const rename = colon < 0 ? undefined : text.slice(colon + 1)
  // At most one star, and that at the end.
  if (!isName(glob.replace(/\*$/, "x")) || /[*?[]/.test(glob.replace(/\*$/, ""))) return undefined
  if (rename !== undefined && !isName(rename)) return undefined
  return { glob, rename }
}
