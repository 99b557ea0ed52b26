/** Texts for calendar events: chosen ones, and any number of others that are mostly good. */
import * as FastCheck from "effect/FastCheck"

export const chosen = [
  // The examples of systemd.time(7).
  ...["Sat,Thu,Mon..Wed,Sat..Sun", "Mon,Sun 12-*-* 2,1:23", "Wed *-1", "Wed..Wed,Wed *-1", "Wed, 17:48", "10-15"],
  ...["Wed..Sat,Tue 12-10-15 1:2:3", "*-*-7 0:0:0", "monday *-12-* 17:00", "Mon,Fri *-*-3,1,2 *:30:45", "*:2/3"],
  ...["12,14,13,12:20,10,30", "12..14:10,20,30", "mon,fri *-1/2-1,3 *:30:45", "03-05 08:05:40", "08:05:40", "05:40"],
  ...["Sat,Sun 12-05 08:05:40", "Sat,Sun 08:05:40", "2003-03-05 05:40", "05:40:23.4200004/3.1700005", "2003-02..04-05"],
  ...[
    "2003-03-05 05:40 UTC",
    "2003-03-05",
    "03-05",
    "daily UTC",
    "weekly Pacific/Auckland",
    "*-02~03",
    "Mon *-05~07/1"
  ],
  ...["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "annually"],
  ...[
    "anually",
    "biannually",
    "bi-annually",
    "semi-annually",
    "DAILY",
    "Weekly utc",
    "daily ",
    " daily",
    "dail",
    "fortnightly"
  ],
  // Weekdays.
  ...["Mon", "Mon ", "Mon,", "Mon, ", "Mon,Tue", "Mon-Fri", "Mon-Fri 10:00", "Mon..Fri..Sat", "Mon..", "Mon.. 10:00"],
  ...["Sat..Mon", "Mon,,Tue", "Mon.Tue", "Mon...Tue", "Mond", "Monday..Wednesday", "Mo", "Mon,10:00", "Mon10:00"],
  ...[
    "Mon..Sun",
    "Mon,Tue,Wed,Thu,Fri,Sat,Sun",
    "Mon,Sun",
    "Mon..Tue,Thu..Fri,Sun",
    "mon Tue",
    "Mon   10:00",
    "sUNDAY"
  ],
  // Dates.
  ...["0-1-1", "69-1-1", "70-1-1", "99-1-1", "100-1-1", "1969-1-1", "1970-1-1", "2199-12-31", "2200-1-1", "0..5-1-1"],
  ...["60..75-1-1", "2020/4-2-29", "2024-13-1", "2024-0-1", "1-0", "1-32", "2-31", "*-*-31", "*-2-29", "1-1..31/7"],
  ...["*-*~1", "*-*~28", "*-*~29", "*-*~0", "*~1", "~1", "*-*~1..7/2", "*-*~7..1", "*-*~07/1", "*-*~1/1", "*-*~7/7"],
  ...[
    "*-*~*",
    "*~*-1",
    "2024~1-1",
    "*-1~1,3,5/2",
    "2024-02~1",
    "*-*-1/31",
    "*-*-1/30",
    "*-*-5..3",
    "*-*-5..5",
    "1-2-3-4"
  ],
  ...[
    "*-*-1..10/20",
    "*-*-1..10/9",
    "*-*-1..10/4",
    "*-*-1/0",
    "*-*-1..2/0",
    "2020-*-* ",
    "2020-1-1  10:00",
    "*-*",
    "*-*-*"
  ],
  // Times.
  ...["*", "*:*", "*:*:*", "24:00", "23:59:59", "23:60", "0:0:60", "0:0:59.999999", "0:0:59.9999995", "0:0:0.5", "10"],
  ...["10:", ":10", "10:00:", "10:00:00:00", "10:00 ", "10:0a", "*:0/15", "*:0/60", "*:0/59", "0/6:0", "*:*:0/7.5"],
  ...["*:*:0/0.1", "*:*:0/0", "*:*:1..2", "*:*:1..1.5", "*:*:1..1.5/0.25", "*:*:0..59/7", "*:*:0.5..1.5", "*:*:1..3/5"],
  ...["*:*:0/1", "*:*:5/1", "*:*:*,5", "*:*:1.", "*:*:1./2", "*:*:1...2", "*:*:.5", "*:5*", "*/2:00", "*,5:00", "1,:0"],
  ...[
    "*:*:59.5",
    "*:*:2147",
    "*:*:2148",
    "*:*:2147.483648",
    "99999999999999999999:0",
    "1..2..3:0",
    "1/2/3:0",
    "1.5:00"
  ],
  ...["5,5,3..4,3..4,5/2:0", "00000000000005:0", "+5:0", "-5:0", "*:*:1..59/2.5", "9..17/4,20:0", "*:*:0,0.5,1"],
  // Moments and zones.
  ...["@0", "@1700000000", "Mon @1700000000", "@1.5", "@ 5", "@+5", "@x", "@", "@7258118399", "@7258118400", "@5 UTC"],
  ...["@5 Europe/Berlin", "@99999999999999999999999", "@5 10:00", "UTC", " UTC", "10:00 utc", "10:00  UTC", "1-1  UTC"],
  ...[
    "10:00 Europe/Berlin",
    "10:00 europe/berlin",
    "10:00 UTC UTC",
    "daily UTC Europe/Berlin",
    "10:00 CET",
    "10:00 PM"
  ],
  ...[
    "10:00 Europe",
    "10:00 Europe/",
    "10:00 Etc/GMT+5",
    "10:00 America/Argentina/Buenos_Aires",
    "10:00 UTC+1",
    "10:00 Z"
  ],
  ...["10:00 W-SU", "10:00 EST5EDT", "10:00 GMT", "10:00 GMT+0", "10:00 GMT+1", "10:00 America/Port-au-Prince"],
  ...["10:00 right/Europe/Paris", "10:00 posix/CET", "10:00 Zulu", "10:00 ../Europe/Berlin", "Mon Europe/Berlin"],
  ...[
    "",
    " ",
    "foo",
    "now",
    "today",
    "tomorrow",
    "+5min",
    "5min",
    "%",
    "2024-01-01T10:00",
    "10h",
    "a:b",
    "ä",
    "*-*-* *:*:* *"
  ],
  `*:${Array.from({ length: 241 }, (_, at) => at % 60).join()}`,
  `*:${Array.from({ length: 242 }, (_, at) => at % 60).join()}`
]

/** Values of a field, mostly good ones. */
const values = (from: number, to: number, fraction = FastCheck.constant("")): FastCheck.Arbitrary<string> => {
  const number = FastCheck.oneof(
    { weight: 30, arbitrary: FastCheck.integer({ min: from, max: to }) },
    { weight: 1, arbitrary: FastCheck.integer({ min: 0, max: to + 2 }) }
  )
  const digits = FastCheck.tuple(number, FastCheck.boolean(), fraction).map(([value, padded, rest]) =>
    (padded ? String(value).padStart(2, "0") : String(value)) + rest
  )
  const step = FastCheck.tuple(FastCheck.integer({ min: 1, max: Math.min(9, to - from) }), fraction).map((of) =>
    of.join("")
  )
  const range = FastCheck.tuple(number, number, fraction, fraction).map(([a, b, left, right]) =>
    `${Math.min(a, b)}${left}..${Math.max(a, b)}${right}`
  )
  const one = FastCheck.oneof(
    { weight: 4, arbitrary: digits },
    { weight: 2, arbitrary: range },
    { weight: 1, arbitrary: FastCheck.tuple(digits, step).map((of) => of.join("/")) },
    { weight: 1, arbitrary: FastCheck.tuple(range, step).map((of) => of.join("/")) }
  )
  return FastCheck.oneof(
    { weight: 2, arbitrary: FastCheck.constant("*") },
    { weight: 3, arbitrary: one },
    { weight: 1, arbitrary: FastCheck.array(one, { minLength: 2, maxLength: 4 }).map((list) => list.join(",")) }
  )
}

const fraction = FastCheck.oneof(
  { weight: 3, arbitrary: FastCheck.constant("") },
  { weight: 1, arbitrary: FastCheck.constantFrom(".5", ".25", ".000001", ".9999996", ".125000") }
)
const years = FastCheck.oneof(values(2015, 2040), values(1970, 2199), values(0, 99), FastCheck.constant("*"))
const days = FastCheck.tuple(FastCheck.constantFrom("-", "-", "-", "~"), values(1, 28), values(1, 31)).map(
  ([mark, fromEnd, day]) => mark + (mark === "~" ? fromEnd : day)
)
const date = FastCheck.oneof(
  FastCheck.tuple(years, values(1, 12), days).map(([year, month, day]) => `${year}-${month}${day}`),
  FastCheck.tuple(values(1, 12), days).map((of) => of.join("")),
  FastCheck.constant("*-*-*")
)
const time = FastCheck.oneof(
  FastCheck.tuple(values(0, 23), values(0, 59)).map((of) => of.join(":")),
  FastCheck.tuple(values(0, 23), values(0, 59), values(0, 59, fraction)).map((of) => of.join(":"))
)
const weekday = FastCheck.constantFrom(
  "Mon",
  "tue",
  "Wednesday",
  "Thu",
  "FRI",
  "Saturday",
  "sun",
  "Mon..Wed",
  "Thu..Sun"
)
const weekdays = FastCheck.array(weekday, { minLength: 1, maxLength: 3 }).map((list) => list.join(","))
const zone = FastCheck.constantFrom("", "", "", "", " UTC", " utc", " Europe/Berlin")
export const event = FastCheck.tuple(
  FastCheck.oneof(FastCheck.constant(""), weekdays.map((list) => `${list} `)),
  FastCheck.oneof(date, time, FastCheck.tuple(date, time).map((of) => of.join(" "))),
  zone
).map((parts) => parts.join(""))
