/** Values for every directive of systemd.unit(5), service(5), socket(5), timer(5) and path(5): good for some of them. */
export const anyValues: ReadonlyArray<string> = [
  ...["", "yes", "no", "ON", "maybe", "0", "1", "5", "-1", "+7", "010", "0x10", "256", "4294967296", "1.5", "1e3"],
  ...["5min 20s", "1.5h", "5 x", "infinity", "Infinity", "50ms", "-5s", "99999999999999999999y"],
  ...["/", "/a/b", "//a/./b/", "/a/../b", "a/b", "~", "-/a", "/a b", "/a:b"],
  ...[
    "x.service",
    "x@y.service",
    "x@.service",
    "x.mount",
    "x",
    "x.servic",
    "a b.service",
    "x.socket y.socket",
    "x.timer"
  ],
  ...["SIGTERM", "TERM", "term", "SIGRTMIN+3", "SIGFOO", "15", "65", "TEMPFAIL 250 SIGKILL", "300 FOO"],
  ...["80", "1.2.3.4:80", "[::1]:80", "[::1]", "@name", "vsock:2:3", "65536", "1.2.3:80", "route 1361"],
  ...["1G", "1K", "10%", "1.5M", "1X", "0644", "0999", "10000"],
  ...["Mon..Fri 10:00", "*-*-01", "daily", "Foo 10:00", "25:00", "*:0/5", "2030-02-30"],
  ...[
    "simple",
    "oneshot",
    "notify",
    "always",
    "on-failure",
    "none",
    "reboot",
    "poweroff-force",
    "exit",
    "fail",
    "main"
  ],
  ...["both", "ipv6-only", "low", "reliable", "bidirectional", "control-group", "inet6", "replace-irreversibly"],
  ...["man:a(1)", "https://a.b/", "ftp://a", "file:///a", "a:b", "urn:x"],
  ...["\"a b\" c", "\"a b", "a\\qb", "a\\x20b", "a;b", "%n", "%z", "100%%", "$A", "${A}"],
  ...["!yes", "|!/a", "=1.2", ">= 5", "memory>1G", "name=a", "=a", "A=b C=\"d e\""],
  ...[
    "/bin/true",
    "-/bin/true a",
    "@/bin/true x",
    "+/bin/true",
    "!!/bin/true",
    "true",
    "bin/true",
    "/bin/",
    "-",
    "/bin/true ; /bin/true"
  ]
]
