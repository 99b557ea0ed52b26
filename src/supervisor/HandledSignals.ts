/**
 * The signals to PID 1 that are ours to decide about, by number; README.md says what each does. A file without imports:
 * the Node entry takes them over before anything else is loaded.
 */
const [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGWINCH] = [1, 2, 3, 10, 12, 15, 28]
/** What `podman --systemd` and STOPSIGNAL SIGRTMIN+3 send, counted from the C library's first real-time signal. */
const SIGRTMIN_PLUS_3 = 37

/** Each begins the shutdown, and hurries one that is under way. */
export const stopping: ReadonlyArray<number> = [SIGINT, SIGQUIT, SIGTERM, SIGRTMIN_PLUS_3]

export const reload = SIGHUP

export const all: ReadonlyArray<number> = [...stopping, reload, SIGUSR1, SIGUSR2, SIGWINCH]
