import type { AlertStore } from '../alert-store.ts';
import {
  isReader,
  leadersOf,
  letterReaders,
  lettersDue,
  setReader,
  takeLetters,
  writeLetters,
} from './alert-letter-rows.ts';
import {
  addDelivery,
  deliveriesOf,
  endDelivery,
  giveUp,
  sendAgain,
  takeDue,
  tellNotices,
  tellOf,
} from './delivery-rows.ts';
import type { Database } from './sql.ts';
import { addWebhook, changeWebhook, removeWebhook, webhooksOf } from './webhook-rows.ts';

export function makeAlertStore(db: Database, newId: (prefix: string) => string): AlertStore {
  return {
    webhooks: (workspace) => webhooksOf(db, workspace),
    addWebhook: (webhook) => addWebhook(db, webhook),
    changeWebhook: (id, change) => db.transaction((sql) => changeWebhook(sql, id, change)),
    removeWebhook: (id) => db.transaction((sql) => removeWebhook(sql, id)),
    tell: (told) => db.transaction((sql) => tellOf(sql, told, newId)),
    async tellOne(webhook, told) {
      await db.transaction((sql) => addDelivery(sql, webhook, told, newId));
    },
    tellNotices: (now) => db.transaction((sql) => tellNotices(sql, now, newId)),
    takeDue: (take) => db.transaction((sql) => takeDue(sql, take)),
    ended: (delivery) => db.transaction((sql) => endDelivery(sql, delivery)),
    giveUp: (webhook, why, now) => db.transaction((sql) => giveUp(sql, webhook, why, now)),
    deliveries: (webhook) => deliveriesOf(db, webhook),
    sendAgain: (delivery) => sendAgain(db, delivery),
    async forget({ deliveries, letters }) {
      await db.run('delete from webhook_delivery where at < :deliveries', { deliveries });
      await db.run('delete from alert_letter where at < :letters', { letters });
    },
    wantsLetters: (person) => isReader(db, person),
    setWantsLetters: (person, wants, now) => setReader(db, person, wants, now),
    letterReaders: () => letterReaders(db),
    leaders: (workspace) => leadersOf(db, workspace),
    write: (letters, now) => db.transaction((sql) => writeLetters(sql, letters, now)),
    takeLetters: (take) => db.transaction((sql) => takeLetters(sql, take)),
    async lettered(letter) {
      await db.run(
        'update alert_letter set mail = :state, mail_at = :now where about = :about and person = :person',
        letter,
      );
    },
    lettersDue: (now) => lettersDue(db, now),
  };
}
