/**
 * Names on D-Bus: `org.example.Service`.
 *
 * @since 0.1.0
 */
const shape = /^(?::[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+|[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+)$/

const longest = 255

/** The name; `undefined` if nothing on a bus can be called so. */
export const parse = (text: string): string | undefined => text.length <= longest && shape.test(text) ? text : undefined
