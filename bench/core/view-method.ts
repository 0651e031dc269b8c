import type { Fact } from './view-facts.ts';

/** How the figures of a report are made, in words. */
export const METHOD: readonly Fact[] = [
  {
    name: 'States',
    value:
      'Every state is a database of its own, alive at the same time as the others: the base, and a copy of the state before with one more phase applied.',
  },
  {
    name: 'Blocks',
    value:
      'The unit of replication is the block: every arm once, in random order, on a fresh connection. An arm’s time is the median of its blocks, a block’s the median of its executions; arms are compared by the lowest decile of a block’s executions, since other work on the machine only ever adds to a time.',
  },
  {
    name: 'Ratio',
    value:
      'Time before ÷ time after: 2× is twice as fast, below 1× is slower. It is exp(−d), d the Hodges–Lehmann estimate of ln(after) − ln(before) over the blocks both states share, of lowest deciles: the times shown are medians, so their quotient can differ from it, and where executions scatter even point the other way.',
  },
  {
    name: 'Interval',
    value:
      'Exact, from the Wilcoxon signed-rank distribution over the blocks’ differences: no assumption about the noise but that arms in random order make it symmetric, and no random resampling, so the same file always says the same.',
  },
  {
    name: 'Verdict',
    value:
      'Regressed: the whole interval is beyond +3 %. Improved: beyond −3 %. In both cases 0.2 ms or more. Unchanged: inside ±10 %, or all of it less than 0.2 ms. Else inconclusive. A whole run calls a change where there is none in 1 % of runs at most for each direction: each comparison’s level is 1 % ÷ (comparisons × 4 looks): at 15, 30 and 60 blocks, fixed in advance, and where its time ends.',
  },
  {
    name: 'Control',
    value:
      'What may get more than one block is also measured in a second copy of the last state. Where it differs from the first, the environment moved and no change is called; the tolerated change grows to what copies of one state differ by beyond the scatter of their blocks, at the level of a verdict, where that is more than 3 % (in this run: see Machine).',
  },
  {
    name: 'Answers',
    value:
      'Each arm’s answer has a digest. States that did all the work must give the same one; an arm ended early is held against the answer computed without SQL for as many units as it did. Where answers differ there is no ratio.',
  },
  {
    name: 'Projection',
    value:
      'An arm whose time budget ended it before all its units were done is printed as its time × units asked for ÷ units done with “≥”, and every figure derived from it says “projected”. It may be longer, so it decides only what stands then too: “improved” over a projected time before, “regressed” by one after.',
  },
  {
    name: 'Floor',
    value:
      'The least this server could need for the same rows. Of a write it is timed beside the scenario; the ratio is time of the state ÷ time of the floor. Of a read it is the pages that the rows of the answer lie on; the ratio is blocks asked for ÷ pages.',
  },
  {
    name: 'Ledger',
    value:
      'Gain: milliseconds that the reads of one unit written save. A read whose plan is the same and whose blocks are exactly the same gains nothing, unless its comparison proves a change. Cost: milliseconds that the unit itself takes longer. KEEP when the gain’s least exceeds the cost’s most, NOT WORTH IT when the gain’s most is below the cost’s least, or when nothing gains and something costs; either also when the reads alone gain, or lose, more than ten times what any block of the writes differed by; UNRESOLVED without a range, and where a part rests on a busy client or a moved environment. Ranges are intervals of the blocks’ differences in milliseconds at the verdicts’ level, added end to end; of the few long samples of a write, the same exact interval at 95 %, and none from fewer than six.',
  },
  {
    name: 'Counters',
    value:
      'Counted by the server, for writes and for reads of half a second and more in the timed executions, else in executions of their own, as late in a session as the timed ones: by pg_stat_statements, pg_stat_io and the tables’ statistics. Three repetitions must agree to the last digit for a figure to count as exact; others carry ≈. Plans come from auto_explain, inside functions too; of quick reads also from the sixth execution on, when a generic plan may come.',
  },
  {
    name: 'Objectives',
    value:
      'A bound that the suite sets for the last state at one scale. A p95 is taken over all single executions of all blocks, twenty at least; a median over blocks.',
  },
  {
    name: 'Claims',
    value:
      'A promised time is judged by the main variant’s time in the last state, a promised change by its ratio from first to last state, both at the promised scale only, and only where blocks say so: a promise inside the interval, an estimate, a busy client or a moved environment leave it open.',
  },
];
