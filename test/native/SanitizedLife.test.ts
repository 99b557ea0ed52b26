/** The executable itself under AddressSanitizer and UndefinedBehaviorSanitizer, as PID 1 over services that ask for much. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, beforeAll, describe, it } from "vitest"
import { ofEngine } from "../support/Capabilities.ts"
import { boot } from "../support/Container.ts"
import type { Engine } from "../support/Engine.ts"
import { root } from "../support/Places.ts"
import { program } from "../support/Programs.ts"

const built = `${root}/build/container-init-sanitized`
const engine: Engine = { name: "executable under sanitizers", files: [built], argv: [built] }

/** Not execFileSync: a worker that does not answer vitest for a minute is taken for dead. */
const execute = promisify(execFile)

beforeAll(async () => {
  await execute(process.execPath, ["scripts/build-host.mjs", "--out", built, "--sanitize"], { cwd: root })
}, 600_000)

const section = (...lines: ReadonlyArray<string>) => `[Service]\n${lines.join("\n")}\n`

/** Services that between them have every kind of step, of stream and of end. */
const units = {
  "resources.service": section(
    "Type=oneshot",
    "ExecStartPre=+/bin/true",
    "ExecStart=/mnt/inside facts",
    ...["Nice=3", "OOMScoreAdjust=10", "CPUAffinity=0", "CPUSchedulingPolicy=batch", "IOSchedulingClass=idle"],
    ...["TimerSlackNSec=1us", "CoredumpFilter=all", "LimitNOFILE=64:128", "LimitCORE=0", "UMask=077", "MemoryMax=64M"],
    ...["User=nobody", "SupplementaryGroups=audio", "AmbientCapabilities=CAP_NET_BIND_SERVICE", "SecureBits=noroot"]
  ),
  "places.service": section(
    "Type=oneshot",
    "ExecStart=/mnt/inside facts",
    "ExecStart=/mnt/inside list /tmp try-write /etc/passwd try-read /root/x try-socket inet try-mmap-wx",
    ...["RuntimeDirectory=one two/three:link", "StateDirectory=one", "RuntimeDirectoryMode=0700", "User=nobody"],
    ...[
      "SetCredential=a:b",
      "LoadCredential=c:/etc/hostname",
      "PrivateTmp=yes",
      "PrivateDevices=yes",
      "ProtectHome=yes"
    ],
    ...["ProtectSystem=strict", "ReadWritePaths=-/mnt", "InaccessiblePaths=-/srv /etc/hostname", "PrivateNetwork=yes"],
    ...[
      "BindPaths=/mnt:/opt/there",
      "TemporaryFileSystem=/var/spool:ro",
      "ProtectKernelTunables=yes",
      "PrivateIPC=yes"
    ],
    ...["SystemCallFilter=@system-service", "MemoryDenyWriteExecute=yes", "RestrictAddressFamilies=AF_UNIX"],
    ...["RestrictNamespaces=yes", "ProtectHostname=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet="]
  ),
  "landlock.service": section(
    "Type=oneshot",
    "ExecStart=/mnt/inside try-write /usr/x",
    ...["NoNewPrivileges=yes", "ProtectSystem=strict", "NoExecPaths=/", "ExecPaths=/mnt /usr"]
  ),
  "streams.service": section(
    "Type=oneshot",
    "ExecStart=/bin/cat",
    ...["StandardInputText=from a text", "StandardOutput=append:/mnt/out", "StandardError=file:/mnt/err"]
  ),
  "again.service": section(
    "ExecStart=/bin/sh -c 'echo again; exit 3'",
    ...["Restart=on-failure", "RestartSec=10ms", "RuntimeDirectory=again", "WorkingDirectory=/run/again"]
  ),
  "refused.service": section("ExecStart=/bin/true", "InaccessiblePaths=/no/such/place", "User=nobody"),
  "missing.service": section("ExecStart=/no/such/program"),
  "waiting.service": section("ExecStart=/bin/sleep infinity", "LogLevelMax=warning"),
  "end.service": "[Unit]\nAfter=resources.service places.service landlock.service streams.service refused.service\n" +
    "After=missing.service waiting.service\n[Service]\nType=oneshot\nExecStart=/bin/echo over\n"
}

describe("the executable under the sanitizers", () => {
  const ways = [
    { name: "with all that there is", options: { cgroup: "rw" } },
    {
      name: "with an engine's capabilities, as JSON",
      options: { capabilities: ofEngine, args: ["--log-format=json"] }
    },
    { name: "as anybody", options: { user: 12345, group: 0, tmpfs: { "/tmp": "mode=1777" } } }
  ] as const

  it.each(ways)("starts, confines and stops services without a report, $name", async ({ options }) => {
    program("inside")
    const container = boot(units, { engine, overlay: true, onePipe: true, ...options })
    await container.waitForLine(/over/)
    await container.waitForLine(/again\.service.*start limit hit/)
    container.signal(1)
    await container.waitForLine(/were read again/)
    assert.strictEqual(await container.stop(), 0, container.show())
    assert.notMatch(container.show(), /AddressSanitizer|runtime error|UndefinedBehavior/)
  })
})
