/** The version, put in by the bundler; the npm library reads it from package.json instead. */
declare const CONTAINER_INIT_VERSION: string

export const version: string = CONTAINER_INIT_VERSION
