-- The filings that are asked for. Parameters: forms (regular expression), all_companies. Registered
-- beforehand: submissions (sub.txt as text) and wanted (CIK).
create temp table filings as
select adsh, lpad(cik, 10, '0') as cik, strptime(filed, '%Y%m%d')::date as filed
from submissions
where regexp_matches(form, $forms)
    and ($all_companies or lpad(cik, 10, '0') in (select cik from wanted));
