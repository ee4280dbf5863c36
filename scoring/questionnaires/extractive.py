"""Questions that should not be asked of a supplier: they take data from workers, not about work.

A question is extractive if it wants workers named, reached, interviewed or recorded one by one:
names, birth dates, copies or numbers of identity papers, telephone numbers, individual payrolls and
debts, health data, statements. A question about a practice (does the employer hold passports?) is
not, though it uses the same words. The rules know English, German, French, Spanish and Portuguese;
in addition a question is extractive if it matches a data point that only names workers.
"""

from __future__ import annotations

import re

#: Data points whose answer is data on single workers.
EXTRACTIVE_POINTS = frozenset(
    {
        "passport_numbers",
        "worker_names",
        "worker_contacts",
        "worker_testimony",
        "worker_debts",
        "pay_records",
    }
)

_WORKERS = (
    r"(?:workers?|employees?|staff|residents?|migrants?|labou?rers?|operatives?|pickers?|"
    r"personnel|"
    r"workforce|crew|trainees?|recruits?|helpers?|complainants?|victims?|"
    r"arbeiter\w*|arbeitskräften?|beschäftigten?|mitarbeiter\w*|arbeitnehmer\w*|belegschaft|"
    r"bewohner\w*|wanderarbeiter\w*|personen|"
    r"travailleu\w+|salarié\w*|employé\w*|ouvri\w+|saisonni\w+|migrants?|résidents?|personnel|"
    r"trabajador\w*|emplead\w+|jornaler\w+|temporer\w+|obrer\w+|plantilla|migrantes|personal|"
    r"trabalhador\w*|empregad\w+|funcionári\w+|safrist\w+|colhedor\w+|migrantes)\b"
)
#: Data that belong to a person.
_PERSONAL = (
    r"(?:(?:full |first |sur|family |last )?names|full name|names?,? (?:and )?(?:dates? of birth|"
    r"birth|age|nationality|address)\w*|dates? of birth|birth ?dates?|birthdays?|"
    r"(?:home|private|e-?mail|personal) address\w*|"
    r"(?:tele)?phone numbers?|(?:mobile|cell|whatsapp|contact) (?:phone )?numbers?|"
    r"contact (?:details|data|information)|personal (?:details|data|files)|photo(?:graph)?s|"
    r"(?:social security|bank account|passport|identity(?: card)?|id(?: card)?|visa|permit) "
    r"(?:numbers?|details)|fingerprints|medical (?:records|files|results)|health (?:records|"
    r"data)|results of (?:medical|health) \w+|surnames?|test results|debts|"
    r"namen|geburts\w+|privatadress\w*|wohnadress\w*|telefonnummern?|handynummern?|mobilnummern?|"
    r"kontaktdaten|personalakten|passnummern?|ausweisnummern?|fotos|gesundheitsdaten|schulden|"
    r"noms|nom et prénom|prénoms?|dates? de naissance|numéros? de (?:téléphone|portable|"
    r"passeport)|"
    r"coordonnées personnelles|adresses? (?:privées?|personnelles?)|photos|"
    r"dossiers? médica\w+|dettes|"
    r"nombres|nombre y apellidos|apellidos|fechas? de nacimiento|teléfonos|números? de teléfono|"
    r"móviles|"
    r"domicilios|números? de pasaporte|fotos|historial\w* médic\w+|deudas|"
    r"nomes|datas? de nascimento|telefones|números? de telefone|telemóveis|"
    r"endereços? (?:residencia\w+|pessoa\w+)|"
    r"números? de passaporte|cpfs?|fichas? médicas?|dívidas)"
)
_PAPERS = (
    r"(?:passports?|identity (?:cards?|documents?|papers)|ids?\b|id cards?|visas?|work permits?|"
    r"birth certificates?|pässen?|passes|reisepässen?|ausweis\w*|arbeitserlaubnis\w*|passeports?|"
    r"pièces? d.identité|cartes? d.identité|titres? de séjour|permis de travail|visas|"
    r"pasaportes?|"
    r"documentos? de identidad|nie|dni|cédulas?|passaportes?|documentos? de identidade|"
    r"carteiras? de "
    r"(?:trabalho|identidade)|rgs?)"
)
_RECORDS = (
    r"(?:pay ?slips?|payrolls?|pay records?|wage (?:records?|sheets?|slips?)|"
    r"salary (?:records?|slips?)|"
    r"time ?(?:cards|sheets)|bank statements?|lohnabrechnungen|gehaltsabrechnungen|lohnlisten?|"
    r"lohnzettel|fiches? de paie|bulletins? de (?:paie|salaire)|nóminas?|"
    r"recibos? de (?:salario|pago|"
    r"pagamento)|folhas? de pagamento|holerites?|contracheques?)"
)
_COPY = (
    r"(?:cop(?:y|ies)|scans?|numbers?|photos?|kopien?|nummern?|copies?|numéros?|copias?|"
    r"números?|cópias?)"
)
_ASK = (
    r"(?:provide|upload\w*|send|attach\w*|list|submit\w*|enclose\w*|give|supply|share|state|"
    r"forward|"
    r"enter|name|identify|hand over|disclose|return|show|put|"
    r"(?:laden|legen|reichen|stellen|fügen|geben|übermitteln|senden|schicken|nennen|teilen|"
    r"listen|"
    r"übersenden|tragen)|"
    r"fourni\w+|joign\w+|envoy\w+|indiqu\w+|transme\w+|communiqu\w+|list\w+|donn\w+|téléverse\w+|"
    r"adjunt\w+|envi\w+|indiqu\w+|facilit\w+|proporcion\w+|aport\w+|enumer\w+|suba|remit\w+|"
    r"anex\w+|forne[çc]\w+|informe\w*|mand\w+|apresent\w+|disponibiliz\w+|relacione)"
)
_EACH = (
    r"(?:individual\w*|each|every|named|single|ten|five|three|twenty|\d+|all|jede\w*|einzelne\w*|"
    r"aller|zehn|fünf|chaque|individuel\w*|tous|dix|cinq|cada|individual\w*|todos|diez|cinco|dez)"
)
_SAYING = (
    r"(?:interviews?|testimon\w+|statements|declarations|témoignages?|entretiens?|déclarations|"
    r"entrevistas?|testimonios?|declaraciones|depoimentos?|declarações|aussagen|zeugenaussagen|"
    r"befragungen|erklärungen)"
)
#: A practice of the employer, which may be asked about.
_PRACTICE = re.compile(
    r"^(?:does|do|is|are|has|have|were|was|can|may|must|how are|who (?:holds|keeps)|werden|wird|"
    r"sind|ist|haben|hat|dürfen|est-ce|les travailleurs|existe|há|hay|tienen)\b"
    r"(?!.*\b(?:please|bitte|veuillez|merci de|adjunte|anexe|envíe|envie|if so|list|upload|"
    r"attach|"
    r"provide|send us|give us)\b)",
    re.IGNORECASE | re.DOTALL,
)


#: A statement about a practice, to be confirmed.
_STATED = re.compile(
    r"\b(?:is|are|was|were) (?:\w+ )?(?:checked|verified|kept|stored|held|retained|never|not|"
    r"returned|protected|confidential)\b|\bwithout personal data\b|"
    r"\b(?:werden|wird) (?:nicht|nie|geprüft)\b|"
    r"\b(?:sont|est|son|es|são|é) (?:vérifié|conservé|protegid|verificad|guardad)",
    re.IGNORECASE,
)


def _near(first: str, second: str, gap: int) -> str:
    return rf"\b{first}\b[^.;]{{0,{gap}}}\b{second}\b|\b{second}\b[^.;]{{0,{gap}}}\b{first}\b"


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: Wanted whatever the form of the question.
_ALWAYS = (
    _rule(
        r"\b(?:interview\w*|speak to|talk to|call|befrag\w+|sprechen|interroger|entrevist\w+|"
        rf"llamar|contact\w*)\b[^.;?]{{0,50}}\b{_WORKERS}\b[^.;?]{{0,40}}\b(?:by phone|directly|"
        r"alone|off.?site|for us|von uns|direkt|nous|nosotros|para nós)\b"
    ),
    _rule(
        rf"\b(?:let|allow|may|can|could|arrange for|dürfen|können|pouvons|podemos|permit\w*)\b"
        rf"[^.;?]{{0,30}}\b(?:us|we|our|wir|nous|nos|our auditors?)\b[^.;?]{{0,60}}"
        rf"\b(?:interview\w*|speak|talk|call|befrag\w*|sprechen|entretenir|interroger|"
        rf"entrevist\w*|"
        rf"hablar|falar)\b[^.;?]{{0,40}}\b{_WORKERS}"
    ),
    _rule(
        rf"\bwhat (?:do|did) (?:individual |your |the )?{_WORKERS}\b[^.;?]{{0,30}}\b(?:say|"
        rf"report)"
    ),
    _rule(
        rf"\b(?:how much|wie viel|combien|cuánto|quanto)\b[^.;?]{{0,60}}\b{_EACH} {_WORKERS}\b"
        r"[^.;?]{0,30}\b(?:owe\w*|schulde\w*|doit|debe|deve)"
    ),
    _rule(
        rf"\b(?:combien doi\w+|cuánto debe\w*|quanto deve\w*) {_EACH} {_WORKERS}|"
        rf"\b(?:dürfen|können) wir\b[^.;?]{{0,30}}\b{_WORKERS}\b[^.;?]{{0,40}}"
        r"\b(?:befragen|sprechen|interviewen)"
    ),
    _rule(
        r"^(?:please |bitte |veuillez )?(?:interview\w*|befragen|interroge\w+|entrevist\w+)\b"
        rf"[^.;?]{{0,40}}\b{_WORKERS}"
    ),
    _rule(rf"^(?:please )?name (?:the |all |all the |your )?{_WORKERS}\b"),
    _rule(
        rf"\b(?:line|row|zeile|ligne|línea|fila|linha) (?:per|for each|pro|je|par|por) {_WORKERS}"
    ),
)
#: Wanted unless the question is about a practice.
_REQUESTS = (
    _rule(_near(_PERSONAL, _WORKERS, 70)),
    _rule(_near(_COPY, _PAPERS, 50)),
    _rule(
        rf"(?:^|[.;:?,] |\bplease |\bbitte |\bveuillez |\bkindly |\band ){_ASK}\b"
        rf"[^.;]{{0,60}}\b{_PAPERS}"
    ),
    _rule(rf"\b{_PAPERS}\b[^.;]{{0,60}}\b(?:uploaded|submitted|enclosed|attached|sent to us)\b"),
    _rule(rf"\b{_RECORDS}\b[^.;]{{0,40}}\b{_EACH}\b[^.;]{{0,20}}\b{_WORKERS}"),
    _rule(
        r"\b(?:individual|named|single|einzelne\w*|individuel\w*|nominati\w+)\b[^.;]{0,30}"
        rf"\b{_RECORDS}|\b{_RECORDS} (?:individu\w+|nominati\w+)|"
        rf"\b{_RECORDS}\b[^.;]{{0,30}}\b(?:with|mit|avec|con|com) "
        r"(?:names|namen|noms|nombres|nomes)"
    ),
    _rule(
        r"\b(?:staff|employee|worker|personnel|payroll|nominal|name|namens|personal|mitarbeiter)"
        r"[ -]?(?:list\w*|roster|register|roll)\b|"
        rf"\b(?:list|roster|register|roll|liste|lista|relación|relação|registro) "
        rf"(?:of|der|aller|des|de|de los|dos|nominative|nominal)\b[^.;]{{0,25}}\b{_WORKERS}"
    ),
    _rule(
        rf"\b(?<!wage )(?<!pay ){_SAYING} (?:of|from|by|with|von|mit|de|des|avec|con|com|a)\b"
        rf"[^.;]{{0,25}}\b{_WORKERS}|\b{_WORKERS}[’']?s? (?:interview|testimon)\w*"
    ),
)


def is_about_practice(text: str) -> bool:
    """Whether a question is put, or a statement made, about what the employer does.

    Args:
        text: one question.
    """
    return bool(_PRACTICE.search(text) or _STATED.search(text))


def asks_for_persons(text: str) -> bool:
    """Whether the words of a question want data on single workers.

    Args:
        text: one question.
    """
    if any(rule.search(text) for rule in _ALWAYS):
        return True
    return not is_about_practice(text) and any(rule.search(text) for rule in _REQUESTS)
