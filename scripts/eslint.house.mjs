/** A rule of our own: where a comment may switch off effect-language-service. */

/** The rules of effect-language-service that keep src free of Node. */
const aboutNode = ["globaltimers", "globaltimersineffect", "nodebuiltinimport", "processenv", "processenvineffect"]

const faultOf = (rule, oneLine, knowsNode) => {
  if (rule === "*") return "wildcard"
  if (aboutNode.includes(rule.toLowerCase())) return knowsNode ? undefined : "node"
  return oneLine ? undefined : "wholeFile"
}

/**
 * `@effect-diagnostics <rule>:off` for a whole file: only for the rules about Node, and only where Node is known.
 * Any other exception names its rule and holds for one line (`@effect-diagnostics-next-line <rule>:off`).
 */
const effectDirectives = {
  meta: {
    type: "problem",
    schema: [{ type: "object", properties: { nodeOnly: { type: "array", items: { type: "string" } } } }],
    messages: {
      node: "Only src/runtime/node and src/bin/node*.ts may switch off {{rule}}.",
      wholeFile: "Switch off {{rule}} for one line (@effect-diagnostics-next-line), not for the rest of the file.",
      wildcard: "Name the rule."
    }
  },
  create: (context) => ({
    Program() {
      const knowsNode = context.options[0].nodeOnly.some((place) => context.filename.includes(`/${place}`))
      for (const comment of context.sourceCode.getAllComments()) {
        const directive = /@effect-diagnostics(-next-line)?\s+(.*)/.exec(comment.value)
        for (const setting of directive?.[2].split(/\s+/) ?? []) {
          const rule = /^(?:effect\/)?(.+):\w+$/.exec(setting)?.[1]
          const messageId = rule && faultOf(rule, directive[1] !== undefined, knowsNode)
          if (messageId) context.report({ loc: comment.loc, messageId, data: { rule } })
        }
      }
    }
  })
}

export const house = { rules: { "effect-directives": effectDirectives } }
