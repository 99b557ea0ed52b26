/** What becomes of a unit, in systemd's words for all kinds of units: "ActiveState" of systemctl(1) show. */

export type ActiveState = "inactive" | "activating" | "active" | "reloading" | "deactivating" | "failed"

/** Nothing of the unit is up or under way. */
export const isDown = (state: ActiveState): boolean => state === "inactive" || state === "failed"
