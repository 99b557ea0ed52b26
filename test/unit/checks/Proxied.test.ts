import { assert, describe, it } from "@effect/vitest"
import { checkUnits } from "../../../src/unit/Check.ts"
import * as Units from "../../supervisor/Units.ts"

const proxy = "ListenStream=80\nActivationMode=proxy\nProxyTarget=@b"

const found = (files: Readonly<Record<string, string>>) =>
  checkUnits(Units.set(files).units)
    .filter(({ code }) => ["CI0407", "CI0428", "CI0517"].includes(code))
    .map(({ at, code, directive, severity }) =>
      `${severity} ${code} ${directive ?? ""} ${at.file.split("/").at(-1) ?? ""}`
    )

describe("proxies and their services", () => {
  for (
    const [name, files, ...expected] of [
      ["a proxy alone", { "a.service": "", "a.socket": proxy }],
      [
        "one that is named by another service",
        { "a.service": "", "a.socket": proxy, "c.service": "Sockets=a.socket" },
        "warning CI0407 Sockets c.service"
      ],
      [
        "standard input from a socket that hands nothing over",
        { "a.service": "StandardInput=socket", "a.socket": proxy },
        "warning CI0517 StandardInput a.service"
      ],
      [
        "standard input from another socket",
        { "a.service": "StandardInput=socket", "a.socket": proxy, "b.socket": "ListenStream=81\nService=a.service" }
      ],
      [
        "a time without clients that is shorter than the start limit lets it be",
        { "a.service": "", "a.socket": `${proxy}\nProxyIdleSec=300ms` },
        "warning CI0428 ProxyIdleSec a.socket"
      ],
      ["one that is as long", { "a.service": "", "a.socket": `${proxy}\nProxyIdleSec=2` }],
      ["no start limit", { "a.service": "StartLimitIntervalSec=0", "a.socket": `${proxy}\nProxyIdleSec=300ms` }]
    ] as ReadonlyArray<readonly [string, Readonly<Record<string, string>>, ...ReadonlyArray<string>]>
  ) {
    it(`are checked: ${name}`, () => {
      assert.deepStrictEqual(found(files), expected)
    })
  }
})
