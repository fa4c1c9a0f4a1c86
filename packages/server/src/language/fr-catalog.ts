/** What is told of a catalog's mistakes. `%1`, `%2`: what stands there in the message, said in French where it is a phrase. */
export const catalogPhrases: Record<string, string> = {
  // words of several parts
  'None is declared': 'Aucun n’est déclaré',
  'Declared is %1': 'Est déclaré : %1',
  'Declared are %1': 'Sont déclarés : %1',
  // what a check says that has no words of its own
  'Invalid input': 'Valeur non valable',
  'Invalid input: expected %1, received %2': 'Valeur non valable : %1 attendu, %2 reçu',
  'Invalid input: expected %1': 'Valeur non valable : %1 attendu',
  'Invalid option: expected one of %1': 'Valeur non valable : attendu, un de %1',
  'Invalid %1': 'Non valable : %1',
  'Too big: expected %1 to be <=%2': 'Trop grand : %1 au plus égal à %2 attendu',
  'Too big: expected %1 to have <=%2 characters': 'Trop long : au plus %2 caractères attendus',
  'Too big: expected %1 to have <=%2 items': 'Trop long : au plus %2 éléments attendus',
  'Too big: expected %1 to have <=%2 properties': 'Trop long : au plus %2 entrées attendues',
  'Too small: expected %1 to be >=%2': 'Trop petit : %1 au moins égal à %2 attendu',
  'Too small: expected %1 to be >%2': 'Trop petit : %1 supérieur à %2 attendu',
  'Too small: expected %1 to have >=%2 characters': 'Trop court : au moins %2 caractères attendus',
  'Too small: expected %1 to have >=%2 items': 'Trop court : au moins %2 éléments attendus',

  '"%1" is not known here; known are %2': '« %1 » n’est pas connu ici ; sont connus : %2',
  '%1 are not known here; known are %2': '%1 ne sont pas connus ici ; sont connus : %2',
  'Use an object with %1': 'Utilisez un objet avec %1',
  'Give a name in quotes': 'Donnez un nom entre guillemets',
  'A name needs at least one character': 'Un nom a au moins un caractère',
  'Use a whole number of days': 'Utilisez un nombre entier de jours',
  'Days cannot be negative': 'Un nombre de jours ne peut pas être négatif',
  'Use at least 1 day': 'Utilisez au moins 1 jour',
  'Use an hour from 0 to 23': 'Utilisez une heure de 0 à 23',
  'Use a whole number of minor units (19.00 USD is 1900; 15 000 XOF is 15000)':
    'Utilisez un nombre entier d’unités mineures (19,00 USD : 1900 ; 15 000 XOF : 15000)',
  'A price cannot be negative': 'Un prix ne peut pas être négatif',
  'Use a number': 'Utilisez un nombre',
  'It cannot be negative': 'Il ne peut pas être négatif',
  'More than 2^53 - 1 is not counted exactly': 'Au-delà de 2^53 - 1, rien n’est compté exactement',
  'A limit cannot be negative': 'Une limite ne peut pas être négative',
  'Use a number of per cent, such as 5.5': 'Utilisez un nombre en pour cent, par exemple 5.5',
  'At least 0 per cent': 'Au moins 0 pour cent',
  'At least 1 per cent': 'Au moins 1 pour cent',
  'At most 100 per cent': 'Au plus 100 pour cent',
  'Use letters, digits, _ and -, such as "seats"':
    'Utilisez des lettres, des chiffres, _ et -, par exemple « seats »',
  'Use true or false': 'Utilisez true ou false',
  '%1 cannot be a key here. %2': '%1 ne peut pas être une clé ici. %2',
  '"%1" is no currency of ISO 4217 that is in use. Use a code such as XOF, EUR or USD':
    '« %1 » n’est pas une monnaie ISO 4217 en usage. Utilisez un code tel que XOF, EUR ou USD',
  '"%1" is named twice. Keep one': '« %1 » est nommé deux fois. N’en gardez qu’un',

  'A package holds more than 0': 'Un lot d’unités en contient plus de 0',
  'Use exactly one of %1': 'Utilisez exactement un de %1',
  'Use one of %1': 'Utilisez un de %1',
  'Use "off" or "keep"': 'Utilisez « off » ou « keep »',

  // the operator
  'Use 1 to 8 capital letters and digits that begin with a letter, such as INV':
    'Utilisez de 1 à 8 majuscules et chiffres commençant par une lettre, par exemple INV',
  'Use an e-mail address': 'Utilisez une adresse de courriel',
  'Use small letters, such as "vat" or "ninea"': 'Utilisez des minuscules, par exemple « vat » ou « ninea »',
  'Give the number in quotes': 'Donnez le numéro entre guillemets',
  'Give the number': 'Donnez le numéro',
  'Use a list such as [{type: "vat", value: "FR40303265045"}]':
    'Utilisez une liste telle que [{type: "vat", value: "FR40303265045"}]',
  'Use a data URI of a PNG or JPEG: data:image/png;base64,…':
    'Utilisez un URI de données PNG ou JPEG : data:image/png;base64,…',
  'Use an IANA name in quotes, such as Africa/Abidjan':
    'Utilisez un nom IANA entre guillemets, par exemple Africa/Abidjan',
  '"%1" is no time zone. Use an IANA name such as Africa/Abidjan':
    '« %1 » n’est pas un fuseau horaire. Utilisez un nom IANA tel que Africa/Abidjan',
  'Use a language tag such as en or fr': 'Utilisez une étiquette de langue telle que en ou fr',
  'Use a language such as en or fr': 'Utilisez une langue telle que en ou fr',
  'Write where to pay by language: {en: "By transfer to …"}':
    'Écrivez où payer, par langue : {fr: "Par virement au …"}',
  'It has %1 kB. Use a smaller picture, of at most 256 kB':
    'Elle fait %1 ko. Utilisez une image plus petite, de 256 ko au plus',

  // features
  'A cost is a whole number of credits': 'Un coût est un nombre entier de crédits',
  'Use "flag", "setting", "gauge", "meter" or "credits"':
    'Utilisez « flag », « setting », « gauge », « meter » ou « credits »',
  'Use the number of decimal places, 0 to 9': 'Utilisez le nombre de décimales, de 0 à 9',
  'Use "string", "number" or "boolean"': 'Utilisez « string », « number » ou « boolean »',
  'A threshold is a whole percentage': 'Un seuil est un pourcentage entier',
  'Use "open" or "closed"': 'Utilisez « open » ou « closed »',
  'Declare the features by key: {agents: {kind: "gauge"}}':
    'Déclarez les fonctionnalités par clé : {agents: {kind: "gauge"}}',
  'A %1 has no limit to announce. Leave it out': 'Un %1 n’a pas de limite à annoncer. Omettez-le',
  'A %1 is not counted. Leave it out': 'Un %1 n’est pas compté. Omettez-le',
  'Only a setting has a type. Leave it out': 'Seul un setting a un type. Omettez-le',
  'Only credits have costs, and this is a %1. Leave it out, or use kind "credits"':
    'Seuls des crédits ont des coûts, et ceci est un %1. Omettez-les, ou utilisez kind « credits »',
  'Write each percentage once, ascending, such as [80, 90, 100]':
    'Écrivez chaque pourcentage une fois, en ordre croissant, par exemple [80, 90, 100]',
  '"%1" is a feature\'s key. Give the action another name':
    '« %1 » est la clé d’une fonctionnalité. Donnez un autre nom à l’action',
  '"%1" costs credits of "%2" already. Give the action another name':
    '« %1 » coûte déjà des crédits de « %2 ». Donnez un autre nom à l’action',
  'The %1 of a feature that is known cannot change from %2 to %3. Declare a new feature under another key, and drop this one when no plan names it':
    'Le champ %1 d’une fonctionnalité connue ne peut pas passer de %2 à %3. Déclarez une fonctionnalité sous une autre clé, et retirez celle-ci quand aucune offre ne la nomme',

  // allowances
  'Use a number or "unlimited"': 'Utilisez un nombre ou « unlimited »',
  'Leave it out, or use 0': 'Omettez-le, ou utilisez 0',
  'Use "hard", {soft: {graceAmount?, graceDays?}} or {overage: {XOF: "12.5"}}':
    'Utilisez « hard », {soft: {graceAmount?, graceDays?}} ou {overage: {XOF: "12.5"}}',
  'Use "customer" (shared by all members) or "member" (each has its own)':
    'Utilisez « customer » (partagé par tous les membres) ou « member » (à chacun le sien)',
  'Use true or false, a number, "unlimited", a setting’s value, or {limit, …}':
    'Utilisez true ou false, un nombre, « unlimited », la valeur d’un setting, ou {limit, …}',
  'Write the allowances by feature: {agents: 5}': 'Écrivez les allocations par fonctionnalité : {agents: 5}',
  'Use true, false or {cap?, sharePercent?, windows?}':
    'Utilisez true, false ou {cap?, sharePercent?, windows?}',
  'There is no feature "%1". Declare it under features, or leave it out. %2':
    'Il n’y a pas de fonctionnalité « %1 ». Déclarez-la sous features, ou omettez-la. %2',
  'There is no feature "%1". %2': 'Il n’y a pas de fonctionnalité « %1 ». %2',
  'A one-off add-on grants meters and credits, and "%1" is a %2. Use kind "recurring"':
    'Un complément ponctuel donne des compteurs et des crédits, et « %1 » est un %2. Utilisez kind « recurring »',
  '"%1" is a flag. Use true or false': '« %1 » est un flag. Utilisez true ou false',
  '"%1" is a setting of type %2. Use a %3': '« %1 » est un setting de type %2. Utilisez un %3',
  '"%1" is counted (kind %2). Use a number or "unlimited", without quotes around the number':
    '« %1 » se compte (kind %2). Utilisez un nombre ou « unlimited », sans guillemets autour du nombre',
  '"%1" is counted (kind %2). %3': '« %1 » se compte (kind %2). %3',
  'Only bytes are converted. Give "%1" the unit "byte", or leave %2 out':
    'Seuls les octets sont convertis. Donnez à « %1 » l’unité « byte », ou omettez %2',
  'It cannot be negative. Use 0 or more, or "unlimited"':
    'Il ne peut pas être négatif. Utilisez 0 ou plus, ou « unlimited »',
  'More than 2^53 - 1 is not counted exactly. Use "unlimited"':
    'Au-delà de 2^53 - 1, rien n’est compté exactement. Utilisez « unlimited »',
  'Use a figure that is a whole number of bytes': 'Utilisez une valeur qui fait un nombre entier d’octets',
  'Round it, or give the feature a larger scale':
    'Arrondissez, ou donnez à la fonctionnalité une échelle (scale) plus grande',
  '%1 has more decimals than are counted (scale %2). %3':
    '%1 a plus de décimales qu’il n’en est compté (scale %2). %3',
  '"%1" is a gauge: it is given back and never starts again. Leave the window out':
    '« %1 » est une jauge : elle se rend et ne recommence jamais. Omettez la fenêtre',
  '"%1" is a gauge: nothing of it is left over. Leave the rollover out':
    '« %1 » est une jauge : il n’en reste rien. Omettez le report',
  'A lifetime never ends, so nothing is left over. Leave the rollover out, or use another window':
    'Une fenêtre à vie ne finit jamais, il n’en reste donc rien. Omettez le report, ou utilisez une autre fenêtre',
  'The fallback plan holds without a subscription, so it has no billing period. Use "month"':
    'L’offre de repli vaut sans abonnement, et n’a donc pas de période de facturation. Utilisez « month »',
  'With scope "member" the limit is each member’s own already. Leave memberLimit out':
    'Avec scope « member », la limite est déjà celle de chaque membre. Omettez memberLimit',
  'Give graceAmount, graceDays or both; to admit everything use the limit "unlimited"':
    'Donnez graceAmount, graceDays ou les deux ; pour tout admettre, utilisez la limite « unlimited »',
  '"%1" is held, not consumed: sell more of it by a quantity (perQuantity) or an add-on':
    '« %1 » se détient et ne se consomme pas : vendez-en plus par une quantité (perQuantity) ou un complément',
  'Give the price of one unit in a currency, such as {XOF: "12.5"}':
    'Donnez le prix d’une unité dans une monnaie, par exemple {XOF: "12.5"}',
  'It is sold in %1: give the price of one unit in %2 too':
    'C’est vendu en %1 : donnez aussi le prix d’une unité en %2',

  // plans, add-ons, bundles
  'Use "expire" or "activate"': 'Utilisez « expire » ou « activate »',
  'Give kind: "recurring" (a module) or "one_off" (a top-up)':
    'Donnez kind : « recurring » (un module) ou « one_off » (une recharge)',
  'Name at least one add-on': 'Nommez au moins un complément',
  'Declare the plans by key: {essential: {allowances: {agents: 5}}}':
    'Déclarez les offres par clé : {essential: {allowances: {agents: 5}}}',
  'Declare the add-ons by key, or leave them out': 'Déclarez les compléments par clé, ou omettez-les',
  'Declare the bundles by key, or leave them out': 'Déclarez les lots par clé, ou omettez-les',
  'There is no add-on "%1". %2': 'Il n’y a pas de complément « %1 ». %2',
  '"%1" is one-off, and a bundle covers recurring add-ons. Leave it out':
    '« %1 » est ponctuel, et un lot couvre des compléments récurrents. Omettez-le',
  'There is no plan "%1". %2': 'Il n’y a pas d’offre « %1 ». %2',
  '"%1" has prices, and this plan holds without a subscription. Name a plan without prices':
    '« %1 » a des prix, et cette offre vaut sans abonnement. Nommez une offre sans prix',
  '"%1" is archived. Name another plan, or take the archived mark away':
    '« %1 » est archivée. Nommez une autre offre, ou retirez la marque archived',

  // prices
  'Use a list of tiers, such as [{upTo: 10, unitMinor: "800"}, {unitMinor: "600"}]':
    'Utilisez une liste de paliers, par exemple [{upTo: 10, unitMinor: "800"}, {unitMinor: "600"}]',
  'Give at least one tier': 'Donnez au moins un palier',
  'Give at most 100 tiers': 'Donnez au plus 100 paliers',
  'Use "advance" or "arrears"': 'Utilisez « advance » ou « arrears »',
  'Use "arrears"': 'Utilisez « arrears »',
  'Write the components by key: {calls: {feature: "calls", model: {perUnit: "2"}}}':
    'Écrivez les composantes par clé : {calls: {feature: "calls", model: {perUnit: "2"}}}',
  'Use an amount in minor units, such as 15000, or {amountMinor, perUnit: {seats: "500"}, components}':
    'Utilisez un montant en unités mineures, par exemple 15000, ou {amountMinor, perUnit: {seats: "500"}, components}',
  'Write the prices by interval: {month: 15000}': 'Écrivez les prix par intervalle : {month: 15000}',
  'Write the prices by currency and interval: {XOF: {month: 15000}}':
    'Écrivez les prix par monnaie et intervalle : {XOF: {month: 15000}}',
  'Write the prices by currency: {XOF: 5000}': 'Écrivez les prix par monnaie : {XOF: 5000}',
  'Give a price for an interval, such as {month: 15000}, or leave %1 out':
    'Donnez un prix pour un intervalle, par exemple {month: 15000}, ou omettez %1',
  'The same interval as "%1". Keep one of the two': 'Le même intervalle que « %1 ». Gardez l’un des deux',
  'Only a plan has a minimum. Give it to the plan, or leave it out':
    'Seule une offre a un minimum. Donnez-le à l’offre, ou omettez-le',
  'Only a plan charges afterwards. Use "advance"':
    'Seule une offre facture à terme échu. Utilisez « advance »',
  '"%1" names another part of this price. Give the component a name of its own':
    '« %1 » nomme une autre partie de ce prix. Donnez à la composante un nom à elle',
  'It counts a quantity or a feature, not both. Make two components of it':
    'Elle compte une quantité ou une fonctionnalité, pas les deux. Faites-en deux composantes',
  'A flat price counts nothing. Leave quantity and feature out, or use perUnit':
    'Un prix fixe ne compte rien. Omettez quantity et feature, ou utilisez perUnit',
  'Say what is counted: quantity: "seats", or feature: "calls". Only a flat price counts nothing':
    'Dites ce qui est compté : quantity: "seats", ou feature: "calls". Seul un prix fixe ne compte rien',
  'What is used is known at the end of the period alone. Use "arrears"':
    'Ce qui est utilisé n’est connu qu’à la fin de la période. Utilisez « arrears »',
  'A quantity is charged at the start of the period. Use "advance"':
    'Une quantité est facturée au début de la période. Utilisez « advance »',
  'A flat price counts nothing that could be free. Leave it out':
    'Un prix fixe ne compte rien qui puisse être gratuit. Omettez-le',
  'A percentage is of an amount that a feature counts. Give a feature':
    'Un pourcentage porte sur un montant que compte une fonctionnalité. Donnez une fonctionnalité',
  '"%1" is a %2: only what is consumed is priced by use. Count a quantity':
    '« %1 » est un %2 : seul ce qui se consomme a un prix à l’usage. Comptez une quantité',
  'Only a plan charges use. Give the component to the plan':
    'Seule une offre facture l’usage. Donnez la composante à l’offre',
  'What is billed for a period is counted for the period. Give "%1" an allowance here with window "billing_period", such as {limit: "unlimited", window: "billing_period"}':
    'Ce qui est facturé pour une période est compté pour la période. Donnez ici à « %1 » une allocation avec window « billing_period », par exemple {limit: "unlimited", window: "billing_period"}',
  'The allowance of "%1" bills its use already. Keep its overage price or this component':
    'L’allocation de « %1 » facture déjà son usage. Gardez son prix de dépassement ou cette composante',
  'More may be used than that. Leave upTo out of the last tier':
    'On peut en utiliser davantage. Omettez upTo du dernier palier',
  'Give upTo, or make it the last tier: only that one has no bound':
    'Donnez upTo, ou faites-en le dernier palier : lui seul n’a pas de borne',
  'Tiers ascend. Use more than %1': 'Les paliers montent. Utilisez plus de %1',
  'It is below the minimum. Use %1 or more': 'C’est en dessous du minimum. Utilisez %1 ou plus',

  // policies
  'Use a list of days, such as [1, 3, 5]': 'Utilisez une liste de jours, par exemple [1, 3, 5]',
  'Use "friendly", "urgent", "warning" or "final"':
    'Utilisez « friendly », « urgent », « warning » ou « final »',
  'Use "warned", "limited", "read_only" or "blocked"':
    'Utilisez « warned », « limited », « read_only » ou « blocked »',
  'Use "retry", "modules_off", "pause" or "cancel"':
    'Utilisez « retry », « modules_off », « pause » ou « cancel »',
  'Give exactly one of letter, access and action': 'Donnez exactement un de letter, access et action',
  'Use a list of steps, such as [{afterDays: 3, letter: "friendly"}]':
    'Utilisez une liste d’étapes, par exemple [{afterDays: 3, letter: "friendly"}]',
  'Use "now" or "period_end"': 'Utilisez « now » ou « period_end »',
  'Use "keep", "reset" or "reset_once"': 'Utilisez « keep », « reset » ou « reset_once »',
  'Use "next_period", "prorate" or "raise_now"': 'Utilisez « next_period », « prorate » ou « raise_now »',
  'Use "second", "day" or "none"': 'Utilisez « second », « day » ou « none »',
  'Use "refuse" or "append"': 'Utilisez « refuse » ou « append »',
  'Use "keep", "suspend" or "cancel"': 'Utilisez « keep », « suspend » ou « cancel »',
  'Use "with_plan" or "apart"': 'Utilisez « with_plan » ou « apart »',
  'Use "next_invoice" or "now"': 'Utilisez « next_invoice » ou « now »',
  'Use "expire", "rollover" or {rollover: {…}}': 'Utilisez « expire », « rollover » ou {rollover: {…}}',
  'Use "full", "warned", "limited", "read_only" or "blocked"':
    'Utilisez « full », « warned », « limited », « read_only » ou « blocked »',
  'Use "payment_required", "tenant_suspended" or "subscription_inactive"':
    'Utilisez « payment_required », « tenant_suspended » ou « subscription_inactive »',
  'Use "plan" or "all"': 'Utilisez « plan » ou « all »',
  'Use "restore" or "by_hand"': 'Utilisez « restore » ou « by_hand »',
  'Use "subscription" or "calendar"': 'Utilisez « subscription » ou « calendar »',
  'Use "automatic" or "send"': 'Utilisez « automatic » ou « send »',
  'Write each day once, ascending, such as [1, 3, 5]':
    'Écrivez chaque jour une fois, en ordre croissant, par exemple [1, 3, 5]',
  'Write the steps in their order: ascending by afterDays':
    'Écrivez les étapes dans leur ordre : par afterDays croissant',
  'The steps of dunning say what happens and when. Leave this out, or leave dunning out':
    'Les étapes de dunning disent ce qui arrive, et quand. Omettez ceci, ou omettez dunning',

  // coupons and taxes
  'Declare the coupons by key: {WELCOME: {percentOff: 20}}':
    'Déclarez les coupons par clé : {WELCOME: {percentOff: 20}}',
  'Take more than 0 per cent off': 'Retirez plus de 0 pour cent',
  'Take more than 0 off': 'Retirez plus de 0',
  'Write the amounts by currency: {XOF: 100}': 'Écrivez les montants par monnaie : {XOF: 100}',
  'Write the amounts by currency: {XOF: 5000}': 'Écrivez les montants par monnaie : {XOF: 5000}',
  'Give the amount in a currency, such as {XOF: 5000}':
    'Donnez le montant dans une monnaie, par exemple {XOF: 5000}',
  'It holds for at least 1 invoice': 'Il vaut pour au moins 1 facture',
  'Use a number of invoices, or "forever"': 'Utilisez un nombre de factures, ou « forever »',
  'Use a list of keys, such as ["essential"]': 'Utilisez une liste de clés, par exemple ["essential"]',
  'Use a moment with its offset, such as 2027-01-01T00:00:00Z':
    'Utilisez un instant avec son décalage, par exemple 2027-01-01T00:00:00Z',
  'Use a whole number of redemptions': 'Utilisez un nombre entier d’utilisations',
  'At least 1 redemption': 'Au moins 1 utilisation',
  'Give either percentOff or amountOff': 'Donnez percentOff ou amountOff',
  'There is no plan, add-on or bundle "%1". %2': 'Il n’y a pas d’offre, de complément ou de lot « %1 ». %2',
  'Declare the tax rates by key: {"sn-vat": {country: "SN", percent: 18}}':
    'Déclarez les taux de taxe par clé : {"sn-vat": {country: "SN", percent: 18}}',
  'Use a date such as 2026-01-31': 'Utilisez une date telle que 2026-01-31',
  'Give the region, or leave it out': 'Donnez la région, ou omettez-la',
  'It ends before it begins. Use a date after %1':
    'Il finit avant de commencer. Utilisez une date après le %1',
  'On some days "%1" holds for the same country, region and category. Give the older one an until that is the newer one\'s from, or, if they are two taxes, a name to each':
    'Certains jours, « %1 » vaut pour les mêmes pays, région et catégorie. Donnez à l’ancien un until égal au from du nouveau ou, si ce sont deux taxes, un nom à chacune',
}
