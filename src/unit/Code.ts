/**
 * The stable names of the faults: texts of diagnostics may change, these do not.
 *
 * `CI01..` syntax, `CI02..` names, `CI03..` values, `CI04..` rules in one unit, `CI05..` rules across units.
 *
 * @since 0.1.0
 */
export const Code = {
  FileTooLarge: "CI0101",
  LineTooLong: "CI0102",
  NotText: "CI0103",
  OutsideSection: "CI0104",
  NoAssignment: "CI0105",
  BadHeader: "CI0106",
  OpenQuote: "CI0107",
  TooManyFaults: "CI0108",
  Unreadable: "CI0109",
  Folder: "CI0110",
  DanglingLink: "CI0111",
  Leftover: "CI0112",
  NotAFragment: "CI0113",
  NotALink: "CI0114",
  NoSuchPath: "CI0115",
  FragmentAlone: "CI0116",
  RepeatedTooOften: "CI0117",
  UnknownSection: "CI0201",
  UnknownDirective: "CI0202",
  Unsupported: "CI0203",
  KindNotStarted: "CI0204",
  KindNotRead: "CI0205",
  NotAUnitName: "CI0206",
  Template: "CI0207",
  AliasMismatch: "CI0208",
  AliasLoop: "CI0209",
  LinkName: "CI0210",
  BadValue: "CI0301",
  Fallback: "CI0302",
  UnknownSpecifier: "CI0303",
  UnsetVariable: "CI0304",
  UnknownEscape: "CI0305",
  NoReset: "CI0306",
  NoCommand: "CI0401",
  SeveralCommands: "CI0402",
  RestartOfOneshot: "CI0403",
  SelfReference: "CI0404",
  MissingRequirement: "CI0501",
  Cycle: "CI0502",
  FolderWithoutUnit: "CI0503",
  LinkToAbsentUnit: "CI0504"
} as const
