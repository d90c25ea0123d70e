import { rmSync } from 'node:fs';
import { openStore } from './runtime/store/client.ts';
import { applySchema, createTenantViews } from './runtime/store/schema.ts';
import { insertRealisticEvents } from './test/runtime/store/realistic-events.ts';
rmSync('/tmp/m10',{recursive:true,force:true});
const s = await openStore({location:'/tmp/m10'});
await applySchema(s); await createTenantViews(s, 'acme' as never);
let t = Date.now();
const q = async (sql:string)=>{ try { const r = await s.query(sql); console.log(JSON.stringify(r)); return r; } catch(e){ console.log('ERR', String((e as Error).message).slice(0,300)); return []; } };
const ask = async (name: string, sql: string) => { try {
  const plan = (await s.query('EXPLAIN indexes = 1 '+sql)).map(r=>/Granules: (\d+)\/(\d+)/.exec(String(r['explain']))).filter(m=>m);
  const times=[]; let rows=0; for (let i=0;i<4;i++){ const t=performance.now(); rows=(await s.query(sql)).length; times.push(Math.round(performance.now()-t)); }
  console.log(name, rows, 'rows', plan.map(m=>m![0]).slice(-1), times.join(' ')); } catch(e){ console.log(name,'ERR', String((e as Error).message).slice(0,300)); }
};
for (const [a,b] of [[0,4],[4,8],[8,17]] as const) {
for (let i=a;i<b;i++) await s.command(insertRealisticEvents('parlance.events', 49_100, i*49_100));
console.log('inserted', b, Date.now()-t);
await q("select count() parts, sum(p.rows) r, sum(bytes_on_disk)/sum(p.rows) b, sum(secondary_indices_compressed_bytes)/sum(p.rows) i from system.parts p where active and table='events' and database='parlance'");
const [e] = await q("select id, contact, message, causation, conversation from parlance_tenant_acme.events where type='message.sent' limit 1 offset 100000");
const E=e as Record<string,string>;
await ask('conversation', `select * from parlance_tenant_acme.events where conversation='${E['conversation']}'`);
await ask('contact', `select * from parlance_tenant_acme.events where contact='${E['contact']}'`);
await ask('id', `select * from parlance_tenant_acme.events where id='${E['id']}'`);
await ask('message events', `select * from parlance_tenant_acme.events where message='${E['message']}'`);
await ask('messages view', `select * from parlance_tenant_acme.messages where message='${E['message']}'`);
await ask('causation', `select * from parlance_tenant_acme.events where causation='${E['causation']}'`);
const no = ' settings use_skip_indexes=0';
await ask('contact, no index', `select * from parlance_tenant_acme.events where contact='${E['contact']}'`+no);
await ask('id, no index', `select * from parlance_tenant_acme.events where id='${E['id']}'`+no);
}
await s.close();
