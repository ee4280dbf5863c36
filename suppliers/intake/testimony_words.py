"""Words of sentences in which a person reports working conditions, in twelve languages.

A text counts as such a sentence if it has enough words, one of those who speak or are spoken of,
and one of what happened to them, and no word that only companies carry. Names of companies have one
or the other ("We Are Knitters", "Casual Work Wear"), not both.
"""

from __future__ import annotations

import functools
import re

from suppliers.header_text import normalise_header

#: A term that ends in "*" stands for all words that begin with it.
_SPEAKERS = """
    i; we; they; he; she; us; me; him; them; my passport; our passports; my wage*; our wage*; my
    salary; our salary; my pay; our pay; my documents; our documents; my papers; my supervisor;
    our supervisor; my boss; our boss; my agent; my contract; our contract; the supervisor; the
    manager; the agent; the boss; the guards; line chief; worker*; women; migrants; employees;
    girls; helpers; operators; nos; trabajamos; dormimos; vivimos; cobramos; nosotros; nosotras;
    mi; yo; ellos; ellas; les; trabajador*; trabajadora*; obrero*; el supervisor; el jefe; la
    jefa; trabalhamos; eu; meu; minha; eles; elas; trabalhador*; funcionari*; o chefe; o
    encarregado; a gente; je; j ai; j; nous; ils; elles; on; mon; ma; mes; notre; ouvrier*;
    travailleur*; le chef; le patron; ich; wir; sie; mir; uns; mein*; unser*; man; arbeiter*;
    der chef; der vorarbeiter; saya; kami; kita; mereka; aku; pekerja; buruh; mandor; majikan;
    toi; chung toi; ho; em; cong nhan; quan ly; to truong; ben; biz; bize; bizi; bana; onlar;
    onlari; isci*; isciler*; calisan*; ustabasi; patron*; ami; amra; tara; amader; amake; main;
    hum; hamein; mujhe; unhone; humare
"""
_EVENTS = """
    passport*; unpaid; not paid; never paid; been paid; get paid; got paid; pay us; paid us;
    paid me; pay me; paid late; underpaid; withh*ld; withheld; deducted; deduct*; overtime;
    beat; beaten; beats; hit us; hits us; slap*; threat*; locked; lock us; lock the; debt*;
    recruitment fee*; placement fee*; recruiter*; fined; fines; harass*; scream*; shout*;
    insult*; toilet*; afraid; scared; cheated; deport*; police; touched; touches; sexual*;
    abuse*; forced; force us; not allowed; cannot leave; not leave; let us leave; rest day*; day
    off; days off; hours a day; hours per day; hours daily; hour shift*; sixteen hours; fourteen
    hours; twelve hours; sick leave; dormitor*; confiscat*; took my; took our; taken away; kept
    my; keeps my; keep our; keeps our; no contract; without contract; no break*; fired;
    dismissed; pregnan*; injur*; fainted; collapsed; salary; wage; wages; starv*; burn*; owe;
    owes; owed; pasaporte*; salario*; sueldo*; nos pagan; no pagan; pagaron; horas; golpe*;
    amenaz*; deuda*; encerr*; acos*; grit*; bano; miedo; despid*; descuent*; retien*; retuv*;
    quincena; passaporte*; sem receber; nao recebi; nao pagam; nao pagou; salarios; bateu; bate
    em; ameac*; divida*; tranca*; assedi*; descont*; carteira; dormimos; alojamento; medo;
    jornada; passeport*; salaire*; paye; payes; payee*; heures; frapp*; menac*; dette*; enferm*;
    harcel*; cri*; peur; licenci*; retenu*; confisqu*; reisepass*; pass; passe; lohn; lohne;
    gehalt; bezahlt; uberstunden; stunden; geschlagen; schlagt; bedroht; droht; schulden;
    eingesperrt; belastig*; angst; paspor; gaji; upah; lembur; dipukul; memukul; diancam;
    hutang; utang; dikunci; dilecehkan; takut; jam sehari; jam per hari; potong*; dipecat; ho
    chieu; luong; tang ca; danh; doa; de doa; nhot; quay roi; so hai; gio mot ngay; tru luong;
    bi phat; duoi viec; pasaport*; maas*; ucret*; odenm*; mesai; dovdu*; dovuyor; tehdit; borc*;
    kilit*; taciz; kork*; saat calis*; kovul*; beton; betan; maje; mare; marche; dhomok; chuti;
    vetan; majduri; mazdoori; dhamki; marte; maarte; pitai; karz; chhutti
"""
#: Scripts without blanks, or with joined articles: who, and what happened, anywhere in the text.
_SCRIPT_SPEAKERS = re.compile(
    "我|我们|我們|他们|他們|她们|她們|老板|老闆|主管|组长|工人|员工|員工|"
    "हम|मैं|मुझे|हमें|हमारा|हमारे|मेरा|मेरी|वे|उन्होंने|मालिक|सुपरवाइजर|ठेकेदार|"
    "আমি|আমরা|আমাকে|আমাদের|আমার|তারা|শ্রমিক|মালিক|সুপারভাইজার|"
    "أنا|نحن|لنا|يجبروننا|جوازاتنا|جوازي|رواتبنا|راتبي|المشرف|صاحب العمل|العمال|"
    "私|我が|彼ら|社長|上司|저는|우리|사장"
)
_SCRIPT_EVENTS = re.compile(
    "护照|護照|工资|工資|薪水|加班|拖欠|打我|打人|骂|罵|威胁|威脅|扣|债|債|锁|鎖|不让|不讓|"
    "骚扰|騷擾|小时|小時|休息|厕所|害怕|被迫|"
    "पासपोर्ट|वेतन|मजदूरी|तनख्वाह|पैसे|घंटे|मारते|मारा|मारता|धमकी|कर्ज|छुट्टी|गाली|डर|बंद|"
    "পাসপোর্ট|বেতন|মজুরি|ওভারটাইম|ঘণ্টা|মারে|মারধর|হুমকি|ঋণ|ছুটি|গালি|ভয়|আটকে|"
    "جواز|جوازات|راتب|رواتب|أجور|أجر|ساعة|ساعات|ضرب|يضرب|هدد|تهديد|دين|ديون|حبس|تحرش|خوف|إجازة|"
    "パスポート|給料|残業|殴|脅|여권|월급|임금|폭행|협박"
)
#: Those who are spoken of as a group, also in what an audit found.
_GROUPS = """
    worker*; women; migrants; employees; girls; helpers; operators; trabajador*; trabajadora*;
    trabalhador*; ouvrier*; travailleur*; arbeiter*; pekerja; buruh
"""
#: Words of audits and of what followed from them.
_AUDITS = """
    audit*; auditor*; reimburs*; remediat*; corrective; corrected; repaid; refunded; verified;
    reembols*; rembours*; erstattet; dikembalikan
"""
_FEWEST_WORDS = 5
#: A sentence of any language: so many words, most of which are in small letters.
_WORDS_OF_SENTENCE, _SMALL_SHARE = 7, 0.7
_PLACE = re.compile(
    r"\b(?:plot|plots|near|behind|opposite|opp|road|street|floor|building|village|district|km|unit|"
    r"block|phase|zone|industrial|area|estate|sector|route|rue|calle|via|strasse|jalan|jl|rua|"
    r"avenida|av|sokak|mahallesi|ulica|улица)\b",
    re.IGNORECASE,
)
_FEWEST_SIGNS = 8


def _terms(text: str) -> re.Pattern[str]:
    parts = []
    for term in (one.strip() for one in text.split(";")):
        stem = normalise_header(term.replace("*", ""))
        if stem:
            parts.append(re.escape(stem) + (r"\w*" if term.endswith("*") else ""))
    return re.compile(rf"\b(?:{'|'.join(sorted(parts, key=len, reverse=True))})\b")


@functools.cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _terms(_SPEAKERS), _terms(_EVENTS)


@functools.cache
def _compiled_of_audits() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _terms(_GROUPS), _terms(_AUDITS)


def is_testimony(text: str) -> bool:
    """Whether a text is a sentence about working conditions; company words are the caller's."""
    if len(text) >= _FEWEST_SIGNS and _SCRIPT_SPEAKERS.search(text):
        return _SCRIPT_EVENTS.search(text) is not None
    folded = normalise_header(text)
    if len(folded.split()) < _FEWEST_WORDS:
        return False
    speakers, events = _compiled()
    spoken = speakers.search(folded)
    if spoken is None:
        return False
    groups, audits = _compiled_of_audits()
    if audits.search(folded) and speakers.search(groups.sub(" ", folded)) is None:
        # What an audit found of a site, in which nobody speaks.
        return False
    return any(match.span() != spoken.span() for match in events.finditer(folded))


def is_sentence(text: str) -> bool:
    """Whether a text of any language is a sentence, which no name of a company, site or area is.

    Names begin their words with capitals, or all of them do; descriptions of a place have its
    words.
    """
    words: list[str] = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)
    if len(words) < _WORDS_OF_SENTENCE or _PLACE.search(text):
        return False
    folded = normalise_header(text)
    speakers, (groups, audits) = _compiled()[0], _compiled_of_audits()
    if audits.search(folded) and speakers.search(groups.sub(" ", folded)) is None:
        # What an audit found of a site, in which nobody speaks.
        return False
    small = sum(word[0].islower() for word in words[1:])
    return small >= _SMALL_SHARE * (len(words) - 1)
