/**
 * Paths as documents name them: plain, and as URI references (RFC 3986, RFC 8089).
 *
 * @since 0.1.0
 */

/** A path without the detours `./` and `//`, by which code hosts would not find the file. */
export const plainPath = (path: string): string => {
  const short = path.replace(/\/(?:\.?\/)+/g, "/")
  return short.startsWith("./") && short.length > 2 ? short.slice(2) : short
}

/**
 * A path as a URI reference: what is relative stays so, and is read from wherever the document is used, which for a code
 * host is the top of the repository. What begins with a slash becomes a `file:` URI.
 */
export const fromPath = (path: string): string => {
  const uri = plainPath(path).split("/").map(encode).join("/")
  return uri.startsWith("/") ? `file://${uri}` : uri
}

/** Percent-encoding of one name; half a surrogate pair has no bytes that could be encoded. */
const encode = (name: string): string => encodeURIComponent(name.replace(/[\ud800-\udfff]/gu, "\ufffd"))
