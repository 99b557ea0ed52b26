import { suite } from "./lives/Suite.ts"

suite(2)
