// Where modules may ask, when they are evaluated, for what each start has anew, although the heap image keeps the answer:
// what they ask for, in which source, how often, and why that does no harm. The build fails on any other place, and on a
// line here whose place is gone.
export const allowedHazards = [
  {
    what: "Math.random",
    where: "effect/src/internal/defaultServices.ts",
    times: 1,
    because: "the seed of Effect's Random: src/runtime/seeds.ts gives it another one at every start"
  },
  {
    what: "Math.random",
    where: "effect/src/Hash.ts",
    times: 2,
    because: "the hashes of two constants that are told apart by identity: they need not differ from start to start"
  }
]
