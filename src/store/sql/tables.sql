-- The tables as they are at the newest schema; a test compares this list with the database.
-- Definitions are bitemporal by acts: a row is known from `act` until `until_act` (OPEN: still).

--: table unit definition id:i* uid:t place:i act:i* until_act:i
--: table unit_at definition unit:i* day_from:i* day_to:i name:t code:t kind:t act:i* until_act:i
--: table parent_at definition unit:i* line:t* day_from:i* day_to:i parent:i act:i* until_act:i
--: table event definition id:i* day:i kind:t decision:t note:t act:i* until_act:i
--: table edge definition event:i* from_unit:i* to_unit:i* share_people:t share_area:t share_households:t act:i* until_act:i
--: table indicator definition id:i* uid:t code:t name:t unit_of_measure:t definition:t aliases:t decimals:i direction:t value_type:t frequency:t over_units:t over_time:t entered:t line:t family:t basis:t privacy:t source:t formula:t weight:t reported_by:t note:t followed:i position:i form:i owner:t act:i* until_act:i
--: table series definition id:i* indicator:i key:t label:t position:i act:i* until_act:i
--: table not_applicable definition indicator:i* unit:i* day_from:i* day_to:i act:i* until_act:i
--: table form definition id:i* uid:t code:t name_vi:t name_en:t frequency:t line:t asked_of:t asked_by:t cutoff_day:i due_day:i close_day:i day_from:i day_to:i needs_check:i needs_sign:i act:i* until_act:i
--: table form_section definition form:i* position:i* key:t title_vi:t title_en:t act:i* until_act:i
--: table form_line definition form:i* position:i* number:i section:t indicator:i owner:t owner_name_vi:t owner_name_en:t part_of:i confirm_nil:i required:i act:i* until_act:i
--: table form_rule definition form:i* position:i* level:t text:t message_vi:t message_en:t line:i act:i* until_act:i
--: table target_set definition id:i* uid:t code:t name:t giver:t source:t unit:i day_start:i day_end:i act:i* until_act:i
--: table target definition id:i* target_set:i code:t name:t source_line:t responsible:t person:t indicator:i unit:i comparator:t basis:t compensating:i day_start:i deadline:i baseline:t weight:t made_up:i axis:i position:i done_day:i act:i* until_act:i
--: table target_version definition target:i* in_force:i* decided:i* value:t value_to:t decision:t act:i* until_act:i
--: table target_schedule definition target:i* period:i* value:t act:i* until_act:i
--: table expectation definition target:i* day:i* expectation:t reason:t act:i* until_act:i
--: table account definition id:i* uid:t login:t name:t post:t unit:i disabled:i demonstration:i lang:t act:i* until_act:i
--: table grant_to definition account:i* role:t* unit:i* line:t* owner:t* forms:t* day_from:i* day_to:i decision:t act:i* until_act:i
--: table setting definition key:t* value:t act:i* until_act:i
--: table narrative definition id:i* report:i section:t kind:t position:i text:t field:t addressee:t act:i* until_act:i
--: table attachment definition id:i* report:i name:t type:t sha256:t size:i at_ms:i account:i series:i act:i* until_act:i
--: table boundary definition unit:i* day_from:i* shape:t drawn:t act:i* until_act:i

-- Facts: written once, or superseded in a table of their own.
--: table act fact n:i* at_ms:i skew_ms:i account:i via:t kind:t object:t reason:t body:t trail:b hash:b
--: table figure fact series:i* period:i* unit:i* value:i flags:i act:i
--: table figure_past fact series:i* period:i* unit:i* act:i* until_act:i value:i flags:i
--: table figure_note fact series:i* period:i* unit:i* act:i* note:t approx:t origin:t sealed:i
--: table figure_salt fact series:i* period:i* unit:i* act:i* salt:b
--: table report fact id:i* form:i unit:i period:i state:t submitted:i approved:i first_sent_ms:i sent_ms:i approved_ms:i due_ms:i sent_by:i approved_by:i number:t signer:t signed_day:i act:i reason:t
--: table report_event fact report:i* act:i* seq:i* at_ms:i account:i step:t reason:t submitted:i approved:i state:t
--: table account_secret fact account:i* password_hash:t
--: table counter fact name:t* next:i
--: table file_piece fact sha256:t* seq:i* content:b

-- Drafts: as typed, without history, outside the chain.
--: table draft draft report:i* series:i* typed:t flags:i note:t seq:i at_ms:i account:i
--: table draft_mark draft report:i* kind:t* key:t* note:t at_ms:i account:i
--: table draft_point draft id:i* report:i deleted:i section:t kind:t position:i text:t field:t addressee:t
--: table draft_attachment draft id:i* report:i deleted:i name:t type:t sha256:t size:i at_ms:i account:i series:i

-- What passes: never moved, never in an archive.
--: table session passing id_hash:b* account:i created_ms:i seen_ms:i expires_ms:i address:t agent:t
--: table login_failure passing key:t* count:i last_ms:i

-- The head of the chain and the number of the schema.
--: table head single id:i* n:i hash:b at_ms:i
--: table meta single name:t* value:t

-- PostgreSQL: rows of an import on their way, in a temporary table of the writing connection.
--: table figure_in bulk ord:i* series:i period:i unit:i value:i flags:i
