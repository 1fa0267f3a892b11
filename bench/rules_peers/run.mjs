// SPDX-License-Identifier: Apache-2.0
// The rules of the file in ZEN and in json-rules-engine, each in the form its own documentation recommends: a decision
// table that collects, and rules with events. Prints one line of JSON; every event object is made before the clock
// starts. Of wall and CPU time the smaller counts, one event after the other or 64 under way at once, whichever is
// faster.
//
//   node run.mjs FILE.json PREDICATE_SECONDS
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import zen from '@gorules/zen-engine'
import { Engine } from 'json-rules-engine'

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const seconds = Number(process.argv[3] ?? 2)
const version = (name) => createRequire(import.meta.url)(`${name}/package.json`).version

function nested(flat) {
  const object = {}
  for (const [path, value] of Object.entries(flat)) {
    const [outer, inner] = path.split('.')
    ;(object[outer] ??= {})[inner] = value
  }
  return object
}

async function timed(round, events) {
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  await round()
  const wall = Number(process.hrtime.bigint() - start)
  const used = process.cpuUsage(cpu)
  return Math.min(wall, (used.user + used.system) * 1000) / events
}

// The best of at least two rounds over `one(event)`, and of what each round came to.
async function best(one, events) {
  let ns = Infinity
  let sums
  const until = performance.now() + seconds * 1000
  for (let rounds = 0; rounds < 2 || performance.now() < until; ++rounds) {
    const add = (all) => all.reduce((sum, each) => ({ matched: sum.matched + each.matched, granted: sum.granted + each.granted }))
    ns = Math.min(ns, await timed(async () => {
      const found = []
      for (const event of events) found.push(await one(event))
      sums = add(found)
    }, events.length))
    ns = Math.min(ns, await timed(async () => {
      for (let i = 0; i < events.length; i += 64) await Promise.all(events.slice(i, i + 64).map(one))
    }, events.length))
  }
  return { ns, ...sums }
}

// --- ZEN --------------------------------------------------------------------------------------------------------

const cell = ([, operator, value]) =>
  operator === 'in' ? value.map((each) => JSON.stringify(each)).join(', ')
    : operator === '==' ? JSON.stringify(value) : `${operator} ${value}`

// Two parts about one field share its cell.
function cells(all, id) {
  const found = {}
  for (const part of all) {
    const key = id(part[0])
    found[key] = key in found ? `${found[key]} and ${cell(part)}` : cell(part)
  }
  return found
}

function table(rules) {
  const fields = [...new Set(rules.flatMap((rule) => rule.all.map(([path]) => path)))]
  const id = (path) => `in-${fields.indexOf(path)}`
  const content = {
    hitPolicy: 'collect',
    inputs: fields.map((path) => ({ id: id(path), name: path, field: path })),
    outputs: [{ id: 'points', name: 'points', field: 'points' }],
    rules: rules.map((rule, n) => ({
      _id: `r${n}`,
      ...Object.fromEntries(fields.map((path) => [id(path), ''])),
      ...cells(rule.all, id),
      points: `floor(order.paid / ${rule.per})`
    }))
  }
  return {
    nodes: [
      { id: 'request', type: 'inputNode', name: 'request' },
      { id: 'table', type: 'decisionTableNode', name: 'table', content },
      { id: 'response', type: 'outputNode', name: 'response' }
    ],
    edges: [
      { id: 'a', type: 'edge', sourceId: 'request', targetId: 'table' },
      { id: 'b', type: 'edge', sourceId: 'table', targetId: 'response' }
    ]
  }
}

async function zenCase({ name, rules, events }) {
  const decision = new zen.ZenEngine().createDecision(table(rules))
  const one = async (event) => {
    const { result } = await decision.evaluate(event)
    return { matched: result.length, granted: result.reduce((sum, row) => sum + row.points, 0) }
  }
  return { name, ...await best(one, events.map(nested)) }
}

async function zenPredicate() {
  const text = given.predicate.replaceAll('&&', 'and')
  const events = given.cases[0].events.map(nested)
  let held = 0
  let ns = Infinity
  const until = performance.now() + seconds * 1000
  while (performance.now() < until)
    ns = Math.min(ns, await timed(() => { for (const event of events) held += zen.evaluateExpressionSync(text, event) ? 1 : 0 }, events.length))
  if (held === 0) throw new Error('the predicate never held in ZEN')
  return ns
}

// --- json-rules-engine --------------------------------------------------------------------------------------------

const operators = { '==': 'equal', '>=': 'greaterThanInclusive', '<': 'lessThan', in: 'in' }
const conditions = (all) => ({ all: all.map(([fact, operator, value]) => ({ fact, operator: operators[operator], value })) })

async function jreCase({ name, rules, events }) {
  const engine = new Engine()
  rules.forEach((rule, n) => engine.addRule({ conditions: conditions(rule.all), event: { type: `r${n}`, params: { per: rule.per } } }))
  const one = async (event) => {
    const { events: fired } = await engine.run(event)
    const granted = fired.reduce((sum, each) => sum + Math.floor(event['order.paid'] / each.params.per), 0)
    return { matched: fired.length, granted }
  }
  return { name, ...await best(one, events) }
}

async function jrePredicate() {
  const found = await jreCase({ name: 'predicate', rules: [{ all: given.predicate_all, per: 100 }], events: given.cases[0].events })
  if (found.matched === 0) throw new Error('the predicate never held in json-rules-engine')
  return found.ns
}

const peers = []
for (const [name, predicate, run] of [['@gorules/zen-engine', zenPredicate, zenCase], ['json-rules-engine', jrePredicate, jreCase]]) {
  const cases = []
  const predicateNs = await predicate()
  for (const each of given.cases) cases.push(await run(each))
  peers.push({ peer: `${name} ${version(name)}`, predicate_ns: predicateNs, cases })
}
console.log(JSON.stringify({ node: process.version, peers }))
