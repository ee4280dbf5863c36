"""Words that many firms share, and the ways they are shortened."""

from __future__ import annotations

from collections.abc import Mapping


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


#: Joining words that carry nothing.
STOPWORDS = word_set(
    "and the of for in at de del la las los le les du des di da do dos das e y et und en el van "
    "von der den ve z al m s"
)

#: Shortened trade words, plurals and translations, to one word each.
SYNONYMS: Mapping[str, str] = {
    short: word
    for word, shorts in {
        "international": "intl int internacional internationale internasional",
        "manufacturing": "mfg manuf manufacture manufacturers manufacturer manufactures mfrs "
        "manufactory manufactura manufacturas",
        "industry": "ind inds industries industrial industria industrias industrie industrielle "
        "industri endustri endustriyel industriel industrielles indust",
        "textile": "textiles tex textil texteis tekstil tekstilnaya tekstiles textilien dokuma",
        "garment": "garments gmts gmt confeccao confeccoes confecciones konfeksiyon giyim",
        "apparel": "apparels apparelparel",
        "clothing": "clothings clothes",
        "knitting": "knit knits knitwear knitwears knitters trikotaj",
        "fabric": "fabrics",
        "spinning": "spinners",
        "dyeing": "dying dyers boya",
        "mill": "mills",
        "factory": "fty factories fabrika fabrik fabrica",
        "trading": "trade traders trdg ticaret comercial comercio comercializadora commerciale "
        "commercial handels handel dagang ltdtrading",
        "import": "imp imports importadora ithalat impor importacao importacion",
        "export": "exp exports exporters exporter exportadora ihracat ekspor exportacion",
        "company": "co coy cia companhia compania compagnie",
        "group": "grp grupo gruppe groupe grup",
        "holding": "holdings hldg hldgs",
        "technology": "tech technologies technological tecnologia teknoloji teknologi technologie",
        "engineering": "eng engg engineers engrg ingenieria muhendislik",
        "electronics": "electronic elec electronica elektronik",
        "electrical": "electric elektrik",
        "enterprise": "enterprises ent entp",
        "product": "products prod produtos productos produits produkte",
        "food": "foods alimentos gida aliments alimenticia",
        "agriculture": "agri agro agricultural agricola agropecuaria",
        "chemical": "chemicals chem quimica kimya chemie",
        "pharmaceutical": "pharma pharmaceuticals pharmaceutics",
        "machinery": "machineries machines maschinen makina machine",
        "construction": "constructions construcoes construcciones insaat",
        "service": "services svcs servicos servicios",
        "system": "systems",
        "solution": "solutions",
        "brother": "brothers bros",
        "son": "sons",
        "limited": "ltd",
        "development": "dev develop",
        "shoe": "shoes footwear footwears calcados",
        "leather": "leathers tannery",
        "plastic": "plastics",
        "metal": "metals",
        "mining": "mine mines mineracao mineria madencilik",
        "packaging": "packing pack",
        "printing": "printers print",
        "accessory": "accessories access accesories",
        "design": "designs",
        "fashion": "fashions moda",
        "style": "styles",
        "sanayi": "san",
        "seafood": "seafoods",
        "fishery": "fisheries fishing",
        "plantation": "plantations",
        "sweater": "sweaters",
        "bag": "bags",
        "toy": "toys",
        "washing": "wash",
        "material": "materials",
        "project": "projects",
        "laboratory": "laboratories lab labs",
        "agroindustry": "agroind agroindustrial agroindustria",
        "2": "ii",
        "3": "iii",
        "4": "iv",
        "6": "vi",
        "7": "vii",
        "8": "viii",
        "9": "ix",
    }.items()
    for short in shorts.split()
}

#: Words of trade and kind (in the form `SYNONYMS` gives): little weight, they tell no firm apart.
GENERIC = word_set(
    "accessory agency agriculture apparel asset associate association automotive bag bank brand "
    "brother building business capital center centre chemical clothing coal coffee cold "
    "collection commodity company complex composite component construction consulting corporate "
    "cotton creation denim design development distribution division dyeing electrical electronics "
    "energy engineering enterprise equipment establishment estate export fabric factory fashion "
    "fibre fiber finance finishing fishery food foundation fresh furniture garment gas general "
    "global goods group hair hardware headwear health holding home hotel house household import "
    "industry innovation institute international invest investment jewelry jute kitchen knitting "
    "label laboratory leather limited line logistics lumber machinery management manufacturing "
    "marine market marketing material meat medical metal mill mining motor national new oil "
    "operation packaging palm paper partner petroleum pharmaceutical plant plantation plastic "
    "polymer port power printing process processing processor product production project property "
    "refinery research resource retail rice rubber sanayi sales sale seafood section service "
    "shipping shirt shoe silk silicon socks solar solution son sourcing spinning sport sports "
    "steel stone store studio style sugar supplier supply sweater system tea technology tekstil "
    "telecom textile timber tobacco tools towel toy trading transport travel underwear unit "
    "venture village washing water weaving wear wholesale wood woods wool workshop works world "
    "yarn zone garments zavod kombinat predpriyatie torgovyi dom limitada sociedade sociedad "
    "societe firma gesellschaft corporation incorporated private public"
)

#: Trade words by which a group names its parts: more weight, they do tell sisters apart.
DIVIDING = word_set(
    "construction distribution finance group health holding international investment logistics "
    "marketing medical motor operation property research retail sales sale service shipping "
    "solution sourcing trading transport travel"
)

#: Ordinary words that firms like to be called by: some weight.
COMMON = word_set(
    "able ace advance advanced alliance allied alpha amazing ambition apex aqua arrow asia asian "
    "atlantic best beta bless blue bright capital century champion choice city classic comfort "
    "continental creative crescent crown crystal delta diamond dragon dream dynamic eagle earth "
    "east eastern elegant elite emerald empire euro european evergreen excel excellent express "
    "fair falcon family far fast fine first five fortune fountain four friend friends future "
    "galaxy gate generation giant gold golden good grand great green happy harvest high hong "
    "horizon ideal imperial independent infinity island jaya joy jupiter king land legend liberty "
    "life light link lion long lotus lucky magic makmur maju master max mega metro middle modern "
    "moon mountain multi natural nature noble north northern ocean omega one orange orient "
    "oriental pacific paradise peace pearl perfect phoenix pioneer platinum popular premier "
    "premium prestige prime pro progress progressive prosper prosperity quality queen quick "
    "rainbow red regal reliance reliable river rose royal ruby sea select shine sigma silver sky "
    "smart snow solid south southern spring standard star steady stone strong success summit sun "
    "sunrise sunshine super superior supreme swift three tiger top total trend triple trust two "
    "union unique united unity universal victory vision vital well west western white win wing "
    "winner wonder young zenith sejahtera abadi sentosa mandiri karya utama nusantara indo sino "
    "anglo trans inter"
)

#: Places that stand in names, besides the names of countries: exact or nothing, some weight.
PLACES = word_set(
    "africa america arabia asia balkan bengal borneo europe java kalimantan sumatra sulawesi "
    "amsterdam ankara antwerp bangalore bangkok barcelona beijing berlin bombay bursa cairo "
    "calcutta casablanca changzhou chennai chengdu chittagong chongqing colombo dalian delhi "
    "dhaka dongguan dubai foshan fujian fuzhou gazipur guangdong guangzhou guangxi hainan hamburg "
    "hangzhou hanoi hebei henan hetian hefei hubei huizhou hunan huzhou istanbul izmir jakarta "
    "jiangsu jiangxi jiaxing jinan jinjiang johor karachi kolkata kunshan lahore lima lisbon "
    "ludhiana london madras madrid manila milano milan monterrey moscow mumbai munich nanjing "
    "nanning nantong narayanganj ningbo ningxia osaka paris penang pune putian qingdao quanzhou "
    "riyadh rio saigon savar selangor seoul shandong shanghai shantou shanxi shaanxi shaoxing "
    "shenyang shenzhen sichuan sialkot suzhou surabaya surat taicang taipei taizhou tangier "
    "tianjin tirupur tokyo tongi tunis urumqi weifang weihai wenzhou wuhan wuhu wuxi xiamen xian "
    "xinjiang yancheng yangon yangzhou yantai yunnan zhejiang zhengzhou zhongshan zhuhai korla "
    "kashgar aksu hotan bavaria sao paulo bogota medellin lagos nairobi california texas florida "
    "ohio york jersey kong hongkong"
)

#: Names of countries that are one word, and their adjectives, as firms write them.
COUNTRY_WORDS = word_set(
    "afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain "
    "bangladesh bangla belarus belgium bolivia bosnia botswana brasil brazil brunei bulgaria "
    "cambodia cameroon canada chile china chinese colombia croatia cuba cyprus czech danmark "
    "denmark deutschland ecuador egypt egyptian espana estonia ethiopia fiji finland france "
    "georgia germany ghana greece guatemala guinea haiti honduras hungary iceland india indian "
    "indonesia iran iraq ireland israel italia italy jamaica japan jordan kazakhstan kenya korea "
    "kuwait kyrgyzstan lanka laos latvia lebanon lesotho liberia libya lithuania luxembourg macau "
    "macedonia madagascar malawi malaysia maldives mali malta mauritius mexico moldova mongolia "
    "morocco mozambique myanmar namibia nederland nepal netherlands nicaragua nigeria norge "
    "norway oman pakistan panama paraguay peru philippines polska poland portugal qatar romania "
    "russia rwanda senegal serbia singapore slovakia slovenia somalia south spain sri sudan "
    "sverige sweden switzerland syria taiwan tajikistan tanzania thai thailand togo tunisia "
    "turkey turkiye turkmenistan uganda uk ukraine uruguay usa uzbekistan venezuela viet vietnam "
    "vina yemen zambia zimbabwe"
)
