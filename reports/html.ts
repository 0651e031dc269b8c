import { defineReport } from '../bench/core/report.ts';
import * as overview from './html/overview.ts';
import { page } from './html/page.ts';
import { ledgerSection, scenarioSection } from './html/scenarios.ts';

export default defineReport({
  title: 'One HTML file with charts, readable offline and without scripts',
  extension: '.html',
  render(view) {
    const sections = [
      overview.verdictSection(view),
      overview.phaseSection(view),
      overview.claimSection(view),
      overview.objectiveSection(view),
      ledgerSection(view),
      scenarioSection(view),
      overview.storageSection(view),
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
