/** The units of a soak: each does again and again something that could leave something behind in PID 1. */
import type { Content } from "../support/Container.ts"
import { oneshot, service } from "../support/Units.ts"

/** How often things happen: 1 is gentle, at most a tenth of a core in all. */
const every = (pace: number, seconds: number): string => `${Math.max(20, Math.round(seconds * 1000 / pace))}ms`

const restless = "StartLimitIntervalSec=0"
const chatter = Array.from({ length: 40 }, (_, n) => `say 'line ${n} of many' err 'and another'`).join(" ")

/** What is read again by SIGHUP: a file that is never the same twice. */
export const changing = (round: number, pace: number): string =>
  service(`say 'round ${round}' sleep 20 exit 0`, {
    unit: `${restless}\nDescription=Round ${round}${round % 2 === 0 ? "\nWants=ghost.service" : ""}`,
    service: `Restart=always\nRestartSec=${every(pace, 2)}\nEnvironment=ROUND=${round} OTHER${round % 5}=x`
  })

/** There every other time, started never. */
export const ghost = service("wait", { unit: "Description=Comes and goes" })

const alwaysAgain = (pace: number): Readonly<Record<string, string>> => {
  const again = (seconds: number, lines = ""): { readonly unit: string; readonly service: string } => ({
    unit: restless,
    service: `Restart=always\nRestartSec=${every(pace, seconds)}\nTimeoutStopSec=500ms\n${lines}`
  })
  return {
    "fails.service": service("say hello err trouble exit 1", again(2)),
    "crashes.service": service("fork - die 11", again(3, "LimitCORE=0")),
    "missing.service": `[Unit]\n${restless}\n[Service]\nExecStart=/mnt/nowhere\nRestart=always\nRestartSec=${
      every(pace, 5)
    }\n`,
    "stages.service": service(
      "sleep 20 exit 0",
      again(
        4,
        "ExecCondition=/mnt/service exit 0\nExecStartPre=/mnt/service say before\nExecStartPost=/mnt/service say behind\n" +
          "ExecStop=/mnt/service say stop\nExecStopPost=/mnt/service say after\nEnvironmentFile=-/mnt/environment\n" +
          "RuntimeDirectory=soak\nPrivateTmp=yes\nProtectSystem=strict\nNoNewPrivileges=yes\n" +
          "SystemCallFilter=~@mount\nSystemCallErrorNumber=EPERM\nLimitNOFILE=100"
      )
    ),
    "late.service": service("sleep 10000", again(4, `Type=notify\nTimeoutStartSec=100ms`)),
    "pings.service": service(
      "tell READY=1 ping 20 10 tell 'STATUS=again' tell RELOADING=1 tell READY=1 barrier exit 0",
      again(2, "Type=notify\nWatchdogSec=5s\nNotifyAccess=all")
    ),
    "hangs.service": service(
      "tell READY=1 ping 20 5 sleep 100000",
      again(6, "Type=notify\nWatchdogSec=200ms\nWatchdogSignal=SIGKILL")
    ),
    "stores.service": service(
      "tell READY=1 store one store two barrier exit 0",
      again(4, "Type=notify\nFileDescriptorStoreMax=3")
    ),
    "handover.service": service("handover sleep 50 exit 0", again(4, "Type=notify")),
    "daemon.service": service(
      "daemon pidfile /mnt/daemon.pid sleep 50 exit 0",
      again(3, "Type=forking\nPIDFile=/mnt/daemon.pid")
    ),
    "orphans.service": service("orphans 10 fork s exit 0", again(4, "ExecStopPost=/mnt/service orphans 5")),
    "chatter.service": service(`${chatter} fill 40000 say '' exit 0`, again(3)),
    "file.service": service(`${chatter} exit 0`, again(3, "StandardOutput=append:/mnt/file.log")),
    // Goes down with its victim, and comes back with it.
    "follower.service": service("wait", {
      unit: `${restless}\nBindsTo=victim0.service\nAfter=victim0.service`,
      service: `Restart=always\nRestartSec=${every(pace, 1)}`
    }),
    ...Object.fromEntries([0, 1, 2].map((n) => [
      `victim${n}.service`,
      `[Unit]\n${restless}\n[Service]\nExecStart=/mnt/victim fork - wait\nRestart=always\nRestartSec=${
        every(pace, 1)
      }\nKillMode=${n === 1 ? "mixed" : "control-group"}\n`
    ]))
  }
}

const triggered = (pace: number): Readonly<Record<string, string>> => {
  const freely = `[Unit]\n${restless}\n[Socket]\nTriggerLimitIntervalSec=0\n`
  return {
    "tick.timer": `[Timer]\nOnActiveSec=100ms\nOnUnitInactiveSec=${every(pace, 3)}\nAccuracySec=1ms\n`,
    "tick.service": oneshot(["say tick", "say tack"], { unit: restless }),
    "doomed.timer": `[Timer]\nOnActiveSec=100ms\nOnUnitInactiveSec=${
      every(pace, 4)
    }\nRandomizedDelaySec=10ms\nAccuracySec=1ms\n`,
    "doomed.service": oneshot(["exit 3"], { unit: `${restless}\nOnFailure=alarm@%n.service` }),
    "alarm@.service": oneshot(["say '%i has failed, ${MONITOR_EXIT_STATUS}'"], { unit: restless }),
    "poked.path": `[Unit]\n${restless}\n[Path]\nPathModified=/mnt/poke\nTriggerLimitIntervalSec=0\n`,
    "poked.service": oneshot(["say poked"], { unit: restless }),
    "served.socket": `${freely}ListenStream=/mnt/served.sock\n`,
    "served.service": service("serve 3", { unit: restless }),
    "each.socket": `${freely}ListenStream=/mnt/each.sock\nAccept=yes\nMaxConnections=64\n`,
    "each@.service":
      `[Unit]\n${restless}\n[Service]\nStandardInput=socket\nStandardError=journal\nExecStart=/bin/cat\n`,
    "relayed.socket":
      `${freely}ListenStream=/mnt/relayed.sock\nActivationMode=proxy\nProxyTarget=/mnt/back.sock\nProxyIdleSec=${
        every(pace, 1)
      }\n`,
    "relayed.service": service("echo /mnt/back.sock", { unit: restless })
  }
}

export const units = (pace: number): Readonly<Record<string, string>> => ({
  ...alwaysAgain(pace),
  ...triggered(pace),
  "changing.service": changing(0, pace)
})

export const files: Readonly<Record<string, Content>> = {
  victim: { link: "service" },
  environment: "LOADED=yes\n",
  poke: "",
  "file.log": ""
}
