import { assert, describe, it } from "@effect/vitest"
import { brokenAcross, saidAcross } from "./Rules.ts"

const service = "[Service]\nExecStart=a"
const socket = "[Socket]\nListenStream=80"
const timer = "[Timer]\nOnCalendar=daily"
const path = "[Path]\nPathExists=/run/a"

describe("what sockets, timers and paths start", () => {
  it("is there by the same name", () => {
    const files = { "a.service": service, "a.socket": socket, "a.timer": timer, "a.path": path }
    assert.deepStrictEqual(brokenAcross(files), [])
  })

  it("is there by the name that is said", () => {
    const files = {
      "a.service": service,
      "b.socket": `${socket}\nService=a.service`,
      "b.timer": `${timer}\nUnit=a.service`,
      "b.path": `${path}\nUnit=b.target`,
      "b.target": ""
    }
    assert.deepStrictEqual(brokenAcross(files), [])
  })

  it("is missed by the same name", () => {
    assert.deepStrictEqual(brokenAcross({ "a.socket": socket, "b.timer": timer, "c.path": path }), [
      "warning CI0515 Service a.socket:0",
      "warning CI0515 Unit b.timer:0",
      "warning CI0515 Unit c.path:0"
    ])
    assert.deepStrictEqual(saidAcross({ "a.socket": socket }), [
      "Service: a.service is not there: there is nothing to start; Service= names a unit of another name"
    ])
  })

  it("is missed by the name that is said, with a suggestion", () => {
    const files = { "daemon.service": service, "a.timer": `${timer}\nUnit=deamon.service` }
    assert.deepStrictEqual(saidAcross(files), [
      "Unit: deamon.service is not there: there is nothing to start; did you mean \"daemon.service\"?"
    ])
    assert.deepStrictEqual(brokenAcross(files), ["warning CI0515 Unit a.timer:4"])
  })

  it("can be masked", () => {
    assert.deepStrictEqual(saidAcross({ "a.path": path }, ["a.service"]), [
      "Unit: a.service is masked: there is nothing to start; Unit= names a unit of another name"
    ])
  })

  it("is made of a template for each connection", () => {
    const files = { "a.socket": `${socket}\nAccept=yes` }
    assert.deepStrictEqual(brokenAcross({ ...files, "a@.service": service }), [])
    assert.deepStrictEqual(brokenAcross({ ...files, "a.service": service }), ["warning CI0515 Service a.socket:0"])
    assert.deepStrictEqual(brokenAcross({ "a@1.socket": `${socket}\nAccept=yes`, "a@.service": service }), [])
  })

  it("is not started again while it stays active", () => {
    const files = { "a.service": `${service}\nRemainAfterExit=yes`, "a.timer": timer }
    assert.deepStrictEqual(brokenAcross(files), ["note CI0516 OnCalendar a.timer:3"])
    assert.deepStrictEqual(brokenAcross({ ...files, "a.timer": "[Timer]\nOnBootSec=5\nOnUnitActiveSec=5" }), [
      "note CI0516 OnUnitActiveSec a.timer:4"
    ])
    assert.deepStrictEqual(brokenAcross({ ...files, "a.timer": "[Timer]\nOnBootSec=5" }), [])
  })
})

describe("the sockets that a service names", () => {
  it("are there", () => {
    const files = { "a.service": `${service}\nSockets=b.socket`, "b.socket": `${socket}\nService=a.service` }
    assert.deepStrictEqual(brokenAcross(files), [])
  })

  it("are missed", () => {
    assert.deepStrictEqual(brokenAcross({ "a.service": `${service}\nSockets=b.socket` }), [
      "warning CI0517 Sockets a.service:4"
    ])
  })
})

describe("sockets at the same address", () => {
  const both = (first: string, second: string) =>
    brokenAcross({
      "a.socket": `[Socket]\n${first}`,
      "b.socket": `[Socket]\n${second}`,
      "a.service": service,
      "b.service": service
    })

  for (
    const [first, second, clash] of [
      ["ListenStream=80", "ListenStream=80", true],
      ["ListenStream=80", "ListenStream=[::]:80", true],
      ["ListenStream=80", "ListenStream=81", false],
      ["ListenStream=80", "ListenDatagram=80", false],
      ["ListenStream=127.0.0.1:80", "ListenStream=127.0.0.1:80", true],
      ["ListenStream=127.0.0.1:80", "ListenStream=127.0.0.2:80", false],
      ["ListenStream=/run/a", "ListenStream=/run/a", true],
      ["ListenStream=/run/a", "ListenFIFO=/run/a", true],
      ["ListenStream=/run/a", "ListenStream=/run/b", false],
      ["ListenStream=@a", "ListenStream=@a", true],
      ["ListenStream=80\nBindToDevice=eth0", "ListenStream=80\nBindToDevice=eth1", false],
      ["ListenStream=80\nReusePort=yes", "ListenStream=80\nReusePort=yes", false],
      ["ListenStream=80\nReusePort=yes", "ListenStream=80", true]
    ] as const
  ) {
    it(`${clash ? "clash" : "do not clash"}: ${JSON.stringify(first)} and ${JSON.stringify(second)}`, () => {
      const key = second.slice(0, second.indexOf("="))
      assert.deepStrictEqual(both(first, second), clash ? [`warning CI0518 ${key} b.socket:3`] : [])
    })
  }

  it("clash within one unit, too", () => {
    assert.deepStrictEqual(brokenAcross({ "a.socket": `${socket}\nListenStream=80`, "a.service": service }), [
      "warning CI0518 ListenStream a.socket:4"
    ])
  })
})
