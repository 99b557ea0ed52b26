/** How important a line of ours is: the levels of syslog(3) that we use. */
export const Level = { Error: 3, Warning: 4, Info: 6, Debug: 7 } as const
