/** What becomes of a unit, in systemd's words for all kinds of units: "ActiveState" of systemctl(1) show. */

export type ActiveState = "inactive" | "activating" | "active" | "reloading" | "deactivating" | "failed"

/** Nothing of the unit is up or under way. */
export const isDown = (state: ActiveState): boolean => state === "inactive" || state === "failed"

/** The unit is up; one that reads its configuration anew is so meanwhile. */
export const isUp = (state: ActiveState): boolean => state === "active" || state === "reloading"
