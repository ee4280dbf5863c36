"""Legal forms: found at the edges of a name, taken off, and compared by kind.

`rigour` knows most Latin and Cyrillic forms. The table here adds what it misses on vendor lists:
two-word forms, forms that stand before the name, and abbreviations that are common in the
countries goods come from. Kinds are coarse on purpose: `llc` (members' liability limited, shares
not traded), `jsc` (share company), `corporate` (one of these two: "Ltd", "Inc"), `lp`
(partnership), `sole`, `coop`, `state`, `association`, and `any` for words such as "company" that
say nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rigour.names.org_types import extract_org_types
from rigour.text.normalize import Normalize

from suppliers.identity.name_tokens import word_set

Kind = Literal["llc", "jsc", "lp", "sole", "coop", "state", "association", "corporate", "any"]

#: Phrases (Latin, no marks) by kind; `phrase=form` names the form they are a spelling of.
_AT_END: Mapping[Kind, str] = {
    "any": """
        co=company; company; companies=company; cia=company; cie=company; compania=company;
        group company=company;
        & co=company; comp=company; compa=company; compan=company; cie=company; sc; enr; reg;
        regd; persero; pt persero=pt; persero tbk=pt; tbk=pt; with limited
        liability=llc; hk; hususy karhanasy=hk; est=establishment; establishment=establishment;
        etablissement=establishment; epz=; sez=; san ve tic=; sanayi ve
        ticaret=; san tic=; sanayi ticaret=; industria e comercio=; ind e com=; industria e com=;
        comercio e industria=; com e ind=
    """,
    "corporate": """
        youxian gongsi=coltd; youxian zeren gongsi=coltd;
        co ltd=coltd; co limited=coltd; company ltd=coltd; company limited=coltd; coltd; ltd=ltd;
        limited=ltd; corp; corporation=corp; inc; lltd=ltd; limtied=ltd; limted=ltd; ltd co=coltd;
        incorporated=inc; co inc=inc; company inc=inc; incorporation=inc; corporacion=corp;
        ltee=ltd; limitee=ltd; cie ltee=ltd; kabushiki gaisha=kk; corporation ltd=coltd;
        corporation limited=coltd; lt=ltd; co lt=coltd; limi=ltd; limit=ltd; limite=ltd;
        incorp=inc; incorporat=inc; corporat=corp; corporati=corp; corporatio=corp; pte;
        corp ltd=coltd; kk; kabushiki kaisha=kk;
        kabushikikaisha=kk; llc co=llc; coltd ltd=coltd; corporate=corp; factory ltd=ltd
    """,
    "llc": """
        pvt ltd; private limited=pvt ltd; private ltd=pvt ltd; pvt limited=pvt ltd; p ltd=pvt ltd;
        pte ltd; pte limited=pte ltd; pty ltd; pty limited=pty ltd; proprietary limited=pty ltd;
        pty; pvt; sdn bhd; sendirian berhad=sdn bhd; s b=sdn bhd; llc; l l c=llc; lc=llc;
        limited liability company=llc; ltd liability co=llc; limited liability co=llc; limited
        liability corp=llc; limited liability=llc; ltd liability company=llc; private limited
        company=pvt ltd; private lim=pvt ltd; priv=pvt ltd; privat=pvt ltd; priva=pvt ltd; too;
        private limited liability company=pvt ltd; limited company=ltd; sole co
        ltd=coltd; one member co ltd=coltd; one member company limited=coltd; one member llc=llc;
        one member limited liability company=llc; single member llc=llc; one person co ltd=coltd;
        s b d n b h d=sdn bhd; sb=sdn bhd; cia ltda=ltda; compania limitada=ltda; cia
        limitada=ltda; companhia limitada=ltda; sociedad limitada=sl; sociedad de responsabilidad
        limitada de capital variable=srl de cv; sociedad limitada unipersonal=sl; sociedade por
        quotas=lda; sociedade unipessoal lda=lda; unipessoal lda=lda; spolka z ograniczona
        odpowiedzialnoscia=spzoo; spolecnost s rucenim omezenym=sro; spolocnost s rucenim
        obmedzenym=sro; druzstvo s rucenim=sro; gesellschaft mbh=gmbh; gesmbh=gmbh; ges
        mbh=gmbh; ges m b h=gmbh; gesellschaft m b h=gmbh; drustvo s ogranicenom
        odgovornoscu=doo; drushtvo s ogranichenom odgovornoshtsu=doo; druzhestvo s ogranichena
        otgovornost=ood; societate cu raspundere limitata=srl; sociedad por acciones
        simplificada=sas; anteretaireia periorismenis efthynis=epe; etaireia periorismenis
        efthynis=epe; perseroan terbatas=pt; trach nhiem huu han=tnhh; mas uliyatli
        cemiyyat=mmc; yksityinen osakeyhtio=oy; besloten vennootschap met beperkte
        aansprakelijkheid=bv; bv ba=bv; besloten vennootschap bvba=bv; mchj xk=mchj; mas
        uliyati cheklangan jamiyat=mchj; jdmm=llc; llc fze=fze; wll; w l l=wll; spc;
        fze; fzc; fzco; fz llc=fze; fz=fze; dmcc; gmbh; mbh=gmbh; g m b h=gmbh; ug; eirl; srl; s
        r l=srl; srls=srl;
        sarl; s a r l=sarl; sa rl=sarl; sarlau=sarl; sarl au=sarl; suarl=sarl; eurl; sprl; bvba;
        bv; b v=bv;
        nv cv=bv; lda;
        limitada=lda; ltda; ltda me=ltda; ltda epp=ltda; me=ltda; epp=ltda; ltda epp me=ltda;
        eireli; sl; s l=sl;
        slu=sl; s l u=sl; sll=sl; sa de rl de cv=srl de cv; s de rl de cv=srl de cv;
        s de rl=srl de cv; srl de cv; s de r l de c v=srl de cv; kft; k f t=kft; doo; d o o=doo;
        d o o e l=dooel; dooel; sro; s r o=sro;
        spol s r o=sro; spol s ro=sro; spol sro=sro; spzoo; sp z o o=spzoo; sp zoo=spzoo; sp z
        oo=spzoo; spolka
        z oo=spzoo;
        ooo; o o o=ooo; tov; osoo; mchj; aps; a p s=aps; oy; ab oy=oy; osauhing=ou; ou; sia;
        uab; eood; ood; company with limited liability=wll; gesellschaft mit beschrankter
        haftung=gmbh; sociedad de responsabilidad limitada=srl; societa a responsabilita
        limitata=srl; societe a responsabilite limitee=sarl; sociedade limitada=ltda; besloten
        vennootschap=bv; korlatolt felelossegu tarsasag=kft; drustvo s ogranicenom
        odgovornoscu=doo; druzba z omejeno odgovornostjo=doo; osakeyhtio=oy; anpartsselskab=aps;
        uzdaroji akcine bendrove=uab; sabiedriba ar ierobezotu atbildibu=sia;
        sanayi ve ticaret ltd sti=ltd sti; san ve tic ltd
        sti=ltd sti; san tic ltd sti=ltd sti; sanayi ve ticaret limited sirketi=ltd sti; sanayi
        ticaret limited sirketi=ltd sti; ve ticaret ltd sti=ltd sti; societe
        unipersonnelle=eurl;
        epe; e p e=epe; ike; i k e=ike; ltd sti=ltd sti; limited sirketi=ltd sti; ltdsti=ltd sti;
        ltd sirketi=ltd sti; sti=ltd sti; tnhh; tnhh mtv=tnhh; tnhh mot thanh vien=tnhh;
        co ltd mtv=tnhh; cv; godo kaisha=gk; gk; yugen kaisha=yk; yk; yuhan hoesa; spv ltd=ltd;
        company limited by guarantee=clg; unlimited; ultd; plt; sp; opc; opc pvt ltd=pvt ltd;
        opc private limited=pvt ltd; s c r l=scrl; ehf; hf ehf=ehf; da=da; llc mchj=mchj; xk; qmj;
        shpk; sh p k=shpk; sh pk=shpk; mmc; spe ltd=ltd; xxk=xxk; hhk
    """,
    "jsc": """
        pt; plc; p l c=plc; sociedad anonima=sa; akciova spolocnost=as; akcine bendrove=ab; akciju
        sabiedriba=as; dionicko drustvo=dd; delniska druzba=dd; aktsionerno druzhestvo=ad; share
        company=share co; share co=share co; saic; sociedad anonima unipersonal=sa; sa
        unipersonal=sa; sociedad anonima abierta=saa; sociedade por acoes=sa; sociedad por
        acciones=spa; saeca; s a e c a=saeca; asc; aciq sahmdar camiyyati=asc; public joint
        stock=pjsc; private joint stock company=prat; closed joint stock company=cjsc; jsc
        company=jsc; jt stk co=jsc; shareholding company=jsc; sociedade anonima=sa;
        societe anonyme=sa; sociedad
        anonima cerrada=sac; sociedad anonima de capital variable=sa de cv; societa per
        azioni=spa; societe par actions simplifiee=sas; naamloze vennootschap=nv; spolka
        akcyjna=sa; zartkoruen mukodo reszvenytarsasag=zrt; reszvenytarsasag=rt; aktsiaselts=as;
        akcionersko drustvo=ad; san tic as=as; sanayi ticaret as=as; sanayi ve ticaret anonim
        sirketi=as; ve ticaret as=as; public limited company=plc; public company limited=thai
        plc; pcl=thai plc;
        public co ltd=thai plc; thai plc; berhad=bhd; bhd; sa; s a=sa; sau; s a u=sau; sab de
        cv; s a b de c v=sab de cv;
        sa de cv;
        sapi de cv=sa de cv; s a p i de c v=sa de cv;
        s a de c v=sa de cv; s a de cv=sa de cv; sac; s a c=sac; saa; s a a=saa; spa;
        s p a=spa; sca;
        sas; s a s=sas; sasu; ag; a g=ag; aktiengesellschaft=ag; se; nv; n v=nv; ab; a b=ab;
        publ ab=ab; ab publ=ab;
        aktiebolag=ab; as; a s=as; asa; aksjeselskap=as; aktieselskab=as; anonim sirketi=as;
        anonim sti=as;
        san ve tic as=as; sanayi ve ticaret as=as; oyj; o y j=oyj; jsc; j s c=jsc; ojsc; oao; o
        a o=oao; cjsc; zao; z a o=zao;
        pjsc; pao; p a o=pao; ao; a o=ao; prat; pat; vat; ad; a d=ad; ead; dd; d d=dd; akc
        spol=as; akciova spolecnost=as; zrt; nyrt; rt;
        sae; s a e=sae; sal; s a l=sal; saoc; saog; ksc; k s c=ksc; kscc; qsc; q s c=qsc; qpsc;
        psc; p s c=psc; bsc; b s c=bsc; bsc c=bsc; arab jsc;
        joint stock company=jsc; joint stock co=jsc; joint stock=jsc; open joint stock
        company=ojsc; public joint stock company=pjsc;
        gufen youxian; jusik hoesa;
        gufen youxian gongsi=gufen youxian;
        co ltd by shares=gufen youxian; saic; saci; sacif; sacifi;
        ei rl sa=sa;
        cong ty co phan=ctcp; ctcp; psk; tas=as; aj=aj; sh a=sha; sha; sab; aae; ae; a e=ae;
        anonymi etairia=ae; ase; kgaa; ag & co kgaa=kgaa; asc=as; abp; ohf; hf
    """,
    "lp": """
        kg; k g=kg; kommanditgesellschaft=kg; ohg; gbr; lp; l p=lp; llp; l l p=llp; limited
        partnership=lp; limited liability partnership=llp; lllp;
        gmbh co kg=gmbh co kg; gmbh & co kg=gmbh co kg; gmbh and co kg=gmbh co kg; gmbh u co
        kg=gmbh co kg; gmbh cokg=gmbh co kg; ag & co kg=gmbh co kg; mbh & co kg=gmbh co kg; co
        kg=kg;
        c snc=snc; ec snc=snc; e c snc=snc; c sas=sas; ec sas=sas; komanditni drustvo=kd;
        ltd partnership=thai lp; ltd part=thai lp; vof; v o f=vof; cv ba=cvba; snc; s n c=snc;
        sca=sca; scs; sas di=sas; sapas; hehuo; thai
        lp; part=thai lp; ltd part=thai lp;
        limited part=thai lp; ordinary partnership=partnership; partnership; hb; ans; kd; jtd;
        bt; kda; spk; sp k=spk; sp j=spj; spj; oe; ee; kollektif sirketi=koll sti; koll sti;
        firma cv=cv; goshi kaisha; hufs; ky; ay
    """,
    "sole": """
        sole trader; sole proprietorship=sole trader; proprietorship=sole trader; prop=sole
        trader; mei; ei; ip; fop; ek; e k=ek; e kfm=ek;
        empresa individual=eirl; firma individual=eirl; persona fisica=pf; ud; enskild firma=ef
    """,
    "coop": """
        cooperative=coop; co op=coop; coop; sociedad cooperativa=coop; s coop=coop; coop v=coop;
        s coop v=coop; coop and=coop; s coop
        and=coop; s coop ltda=coop; soc coop=coop; societa cooperativa=coop; co operative=coop;
        co operative society ltd=coop; co operative society limited=coop; co op society ltd=coop;
        co op soc ltd=coop; co op ltd=coop; co operative ltd=coop; co operative limited=coop;
        coop society ltd=coop; coop soc ltd=coop; co operative society=coop; coop society=coop;
        cooperative inc=coop; coop inc=coop; cooperativa=coop; coop ltd=coop; cooperative
        society=coop; cooperative ltd=coop;
        cooperative limited=coop; society ltd=coop; eg; e g=eg; coopertiva=coop; scrl; scarl;
        scpa; scoop; scop; kooperatif=coop; koperasi=coop; cvba; osk; spldz; sce; sccl; ratl; rl
        de cv=coop; spr de rl=spr; spr de rl de cv=spr; ejido
    """,
    "state": """
        state enterprise=se state; state owned enterprise=se state; gup; mup; fgup; fsue;
        unitary enterprise=gup; state company=se state; persero=empresa publica=ep; epe
        state=ep; perum; quasi state=se state
    """,
    "association": """
        ev; e v=ev; asbl; vzw; association=association; ong; trust; foundation=foundation;
        stiftung=foundation; stichting=foundation; ac=ac; a c=ac; waqf; rf; clg
    """,
}

#: Forms that stand before the name.
_AT_START: Mapping[Kind, str] = {
    "any": """
        m s=; ms=; messrs=; the=; firma=; company=; syarikat=; kumpulan=; s c=; sc=; persero;
        industria e comercio=; ind e com=; comercio e industria=; com e ind=
    """,
    "corporate": "ltd; coltd; kk; kabushiki kaisha=kk",
    "jsc": """
        pt; p t=pt; pt persero=persero; perseroan terbatas=pt; cong ty co phan=ctcp; cty
        cp=ctcp; ctcp; joint stock company=jsc; open joint stock company=ojsc; public joint stock
        company=pjsc; closed joint stock company=cjsc; private joint stock company=prat; perseroan
        terbatas=pt; sociedad anonima=sa; societe anonyme=sa; akcine bendrove=ab; as; spa; oao;
        ojsc; jsc; zao; cjsc; pao; pjsc; ao; pat; prat; vat; aat; ad; ab;
        jusik hoesa; public company=
    """,
    "llc": """
        cong ty tnhh=tnhh; cong ty tnhh mtv=tnhh; cong ty tnhh mot thanh vien=tnhh; cong ty
        trach nhiem huu han=tnhh; cty tnhh=tnhh; tnhh; cong ty=tnhh; ooo; o o o=ooo; tov; osoo;
        llc; limited liability company=llc; limited liability co=llc; too=too; uzdaroji akcine
        bendrove=uab; sabiedriba ar ierobezotu atbildibu=sia; osauhing=ou; ou; jdmm=llc; oy;
        eurl; suarl; ets=establishment; etablissements=establishment; etablissement=establishment;
        ics=llc; doo; uab; sia; sarl; ste=; societe=; dnepr ooo=ooo; godo kaisha=gk;
        yugen kaisha=yk;
        shpk; wll
    """,
    "lp": "cv; c v=cv; hehuo; thai lp",
    "sole": "ud; u d=ud; ip; fop; chp; pd",
    "coop": "koperasi=coop; kooperativa=coop; coop; cooperativa=coop",
    "state": "perum; gup; mup; fgup; dp",
}

#: Of several forms the one that says most is kept.
_ORDER: Mapping[Kind, int] = {"any": 2, "corporate": 1}

#: rigour's generic classes, as the kinds here.
_RIGOUR_KINDS: Mapping[str, Kind] = {
    "llc": "llc",
    "jsc": "jsc",
    "lp": "lp",
    "llp": "lp",
    "sp": "sole",
    "coop": "coop",
    "se": "state",
    "np": "association",
    "assn": "association",
}

#: Forms whose shares may be traded or not.
_CORPORATE = frozenset({"coltd", "ltd", "inc", "corp", "kk"})

#: Forms that cooperatives add to their own: "Cooperativa ... Ltda".
_COOPERATIVE_TOO = frozenset({"ltda", "ltd", "coltd"})

_SURE_LENGTH = 3
_FLAGS = Normalize.CASEFOLD | Normalize.NAME


@dataclass(frozen=True)
class LegalForm:
    """A legal form: how it is written and of what kind it is."""

    form: str
    kind: Kind

    @property
    def tells(self) -> bool:
        """Whether the form says of what kind the company is."""
        return self.kind != "any"


def _table(blocks: Mapping[Kind, str]) -> dict[tuple[str, ...], LegalForm]:
    table: dict[tuple[str, ...], LegalForm] = {}
    for kind, block in blocks.items():
        for entry in block.split(";"):
            phrase, _, form = entry.strip().partition("=")
            words = tuple(phrase.split())
            if words:
                written = form if "=" in entry else phrase
                table.setdefault(words, LegalForm(" ".join(written.split()), kind))
    return table


_END = _table(_AT_END)
_START = _table(_AT_START)
#: Words in which a form ends; most words end none.
_END_WORDS = frozenset(phrase[-1] for phrase in _END)
#: Longest form by its last two words, as most names end in a form of one word.
_END_LENGTHS_BY_TWO: dict[tuple[str, ...], int] = {}
for _phrase in _END:
    if len(_phrase) > 1:
        _END_LENGTHS_BY_TWO[_phrase[-2:]] = max(
            len(_phrase), _END_LENGTHS_BY_TWO.get(_phrase[-2:], 0)
        )
#: Longest form before a name, by its first word.
_START_LENGTHS = {
    word: max(len(phrase) for phrase in _START if phrase[0] == word)
    for word in {phrase[0] for phrase in _START}
}


def take_off_forms(words: tuple[str, ...]) -> tuple[tuple[str, ...], LegalForm | None]:
    """A name without its legal form.

    Args:
        words: the name in Latin letters, casefolded, split into words.

    Returns:
        The words that are left, never none of them, and the most specific form found.
    """
    found: list[LegalForm] = []
    left = words
    while len(left) > 1:
        cut = _cut_end(left, found) if _may_end(left[-1]) else None
        if cut is None and left[0] in _START_LENGTHS:
            cut = _cut_start(left, found)
        if cut is None:
            break
        left = cut
    if not _INSIDE.isdisjoint(left):
        left = _cut_inside(left, found)
    return left, _most_telling(found)


def forms_agree(one: LegalForm | None, other: LegalForm | None) -> bool | None:
    """Whether two forms can be one company's; None where one of them says nothing.

    A Kazakh TOO calls itself an LLP in English. "LLC" beside "Inc" are two kinds where both words
    are at home, whereas "Inc" may render the share company of another language.
    """
    if one is None or other is None or not one.tells or not other.tells:
        return None
    forms = {one.form, other.form}
    if forms == {"too", "llp"}:
        return True
    if "llc" in forms and forms & {"inc", "corp"}:
        return False
    kinds = {one.kind, other.kind}
    if "coop" in kinds and forms & _COOPERATIVE_TOO:
        return None
    if "corporate" in kinds and kinds <= {"corporate", "llc", "jsc"}:
        return True if one.form == other.form else None
    return len(kinds) == 1


@lru_cache(maxsize=2**18)
def _may_end(word: str) -> bool:
    """Whether a form may end in the word; most names end in none, and are recognised at once."""
    return word in _END_WORDS or _by_rigour(word) is not None


def _cut_end(words: tuple[str, ...], found: list[LegalForm]) -> tuple[str, ...] | None:
    longest = _END_LENGTHS_BY_TWO.get(words[-2:], 1)
    for length in range(min(longest, len(words) - 1), 0, -1):
        form = _END.get(words[-length:])
        if form is not None:
            if form.form:
                found.append(form)
            return words[:-length]
    form = _by_rigour(words[-1])
    if form is not None:
        found.append(form)
        return words[:-1]
    return None


def _cut_start(words: tuple[str, ...], found: list[LegalForm]) -> tuple[str, ...] | None:
    for length in range(min(_START_LENGTHS.get(words[0], 0), len(words) - 1), 0, -1):
        form = _START.get(words[:length])
        if form is not None:
            if form.form:
                found.append(form)
            return words[length:]
    return None


#: Forms that are no word of any language and may be taken out of the middle of a name.
_INSIDE = word_set(
    "ltd limited coltd gmbh llc sarl srl ltda ooo sro doo kft spa sdn bhd pvt pte pty inc plc "
    "eirl spzoo"
)


def _cut_inside(words: tuple[str, ...], found: list[LegalForm]) -> tuple[str, ...]:
    """Take out forms that a place or a unit follows: "Acme Co., Ltd. Unit 2"."""
    left: list[str] = [words[0]]
    for word in words[1:]:
        if word in _INSIDE:
            found.append(_END.get((word,)) or LegalForm(word, "any"))
            if left[-1] in {"co", "company"} and len(left) > 1:
                left.pop()
            continue
        left.append(word)
    return tuple(left)


@lru_cache(maxsize=65_536)
def _by_rigour(word: str) -> LegalForm | None:
    if len(word) < _SURE_LENGTH:
        return None
    for matched, form in extract_org_types(word, _FLAGS):
        if matched == word:
            generic = extract_org_types(word, _FLAGS, generic=True)
            kind = _RIGOUR_KINDS.get(generic[0][1], "any") if generic else "any"
            return LegalForm(form, "corporate" if form in _CORPORATE else kind)
    return None


def _most_telling(found: list[LegalForm]) -> LegalForm | None:
    if len(found) < 2:
        return found[0] if found else None
    return min(found, key=lambda form: _ORDER.get(form.kind, 0))
