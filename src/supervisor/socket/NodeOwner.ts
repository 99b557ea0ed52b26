/** Whom the files of a socket belong to: `SocketUser=` and `SocketGroup=` of systemd.socket(5), looked up at each start. */
import * as Effect from "effect/Effect"
import type { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import { System } from "../../kernel/System.ts"
import type { SocketSection } from "../../unit/Unit.ts"
import * as Account from "../exec/Account.ts"
import * as Identity from "../Identity.ts"
import type { Owner } from "./Request.ts"

const ours: Owner = { uid: -1, gid: -1 }

/** A string says why there is none. A user alone brings his group along. */
export const resolve = (
  { SocketGroup: group, SocketUser: user }: SocketSection
): Effect.Effect<Owner | string, KernelError, Files | System> =>
  user === undefined && group === undefined
    ? Effect.succeed(ours)
    : Effect.gen(function*() {
      const system = yield* System
      const self = yield* system.identity
      const databases = yield* Account.readDatabases(yield* system.environment)
      const identity = Identity.resolve(user, group, [], databases, self)
      // "User=nobody-there: there is no such user", by the name of our directive.
      if (typeof identity === "string") return `Socket${identity}`
      const { gid = self.gid, uid = self.uid } = identity.credentials
      if (self.uid !== 0 && uid !== self.uid) {
        return `SocketUser=${user ?? ""}: container-init runs as uid ${self.uid}, and only root can give files away`
      }
      return { uid: uid === self.uid ? -1 : uid, gid: gid === self.gid ? -1 : gid }
    })
