import { defineReport } from '../bench/core/report.ts';
import { gateSection } from './html/gate.ts';
import { ledgerSection } from './html/ledger.ts';
import { omissionSection } from './html/omissions.ts';
import * as overview from './html/overview.ts';
import { page } from './html/page.ts';
import { figuresSection, scenarioSection } from './html/scenarios.ts';
import { evidenceSection } from './html/verdicts.ts';

export default defineReport({
  title: 'One HTML file with charts, readable offline and without scripts',
  extension: '.html',
  render(view) {
    const chain = view.design === 'chain';
    const sections = [
      gateSection(view),
      ...(chain ? [overview.verdictSection(view), overview.phaseSection(view)] : []),
      overview.claimSection(view),
      ...(chain ? [overview.objectiveSection(view)] : []),
      ledgerSection(view),
      evidenceSection(view),
      chain ? figuresSection(view) : omissionSection(view),
      scenarioSection(view),
      chain ? overview.storageSection(view) : null,
      overview.warningSection(view),
      overview.factSection(view),
      overview.methodSection(view),
    ].filter((section) => section !== null);
    return page({
      title: `${view.title} at ${view.scale} · ${view.run}`,
      masthead: overview.masthead(view),
      sections,
      footer: `Computed from the run file ${view.run}; the same file always gives this page. The samples lie beside it.`,
    });
  },
});
