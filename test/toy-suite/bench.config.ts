import { defineConfig } from 'mailgenius-bench';

export default defineConfig({
  name: 'toy',
  title: 'Toy suite',
  contactsTitle: 'items',
  role: 'toy_app',
  openSession: async () => undefined,
  claims: [{ id: 'find', title: 'Finding', promised: '50 % faster', faster: 0.5, contacts: 1000 }],
});
