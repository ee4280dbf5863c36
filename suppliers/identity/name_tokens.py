"""Words that many companies share, and the ways they are shortened."""

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

#: The same words in further languages and further shortened.
_FURTHER_SYNONYMS: Mapping[str, str] = {
    "aluminium": "aluminum alum aluminio alu alluminio",
    "american": "amer americana americano",
    "association": "assn assoc asociacion associacao",
    "bakery": (
        "bakeries panaderia padaria boulangerie backerei baeckerei panificio firin piekarnia"
    ),
    "brother": (
        "gebr gebruder gebrueder gebroeders hermanos hnos irmaos fratelli "
        "freres bracia adelfoi kardesler saudara braca"
    ),
    "building": "bldg bldgs",
    "carpet": (
        "carpets alfombras tapetes tapis teppich tappeti hali gilam tapijt tapijten rugs rug"
    ),
    "cement": "cementos cimento cimentos ciment ciments zement cemento semen",
    "center": "centre ctr cntr centro zentrum",
    "chemical": "kagaku quimicas quimicos chimica chimique chimiques khimiya kimia",
    "communication": "communications comms",
    "consolidated": "consol cons",
    "construction": ("construtora constructora bau costruzioni budownictwo stroitelstvo constr"),
    "cooperative": "coop cooperativa cooperativas kooperatif koperasi spoldzielnia zadruga",
    "cotton": (
        "algodon algodao coton baumwolle cotone pamuk bawelna bavlna pamut kapas paxta pakhta"
    ),
    "department": "dept",
    "distribution": (
        "distributors distributor distrib distr distrs distribuidora "
        "distribuidores distribuicao distributie dist distributing"
    ),
    "electrical": "denki elettrica electrica eletrica electrique elektro elect",
    "energy": "energia energie enerji energi energo energetika",
    "environmental": "environ env envir",
    "equipment": "equip eqpt equipments equipos equipamentos",
    "establishment": (
        "est establecimiento establecimientos estabelecimento etablissement "
        "etablissements ets muassasa"
    ),
    "exploitation": "explotacion explotaciones exploracao expl",
    "fertilizer": "fertiliser fertilizers fertilisers fertilizantes",
    "fibre": "fiber fibers fibres fibra fibras",
    "first": "1st",
    "fish": ("pescado pescados poisson poissons pesce fisch fisk ryba ikan samak balik"),
    "fishery": ("suisan pesquera pesqueira pecherie pecheries perikanan balikcilik"),
    "flour": "harina farina farine mehl brasno",
    "flower": "flores flor fleurs blumen bloemen fiori cicek kwiaty bunga flora",
    "food": ("shokuhin alimentari lebensmittel pangan makanan nahrung voeding prehrana"),
    "fruit": "fruta frutas frutta fruits obst owoce meyve voce buah",
    "furniture": (
        "muebles mueble moveis meuble meubles moebel mobel mobili mebel meble "
        "mobilya namestaj perabot"
    ),
    "general": "gen genl generale",
    "glass": ("vidrio vidrios vidro vidros verre glas vetro cam szklo sklo steklo staklo kaca"),
    "government": "govt",
    "growers": "grower",
    "hardware": "hdwr hdwe",
    "industry": (
        "sangyo kogyo sanoat sanati sanaei industriya industrija prumysl przemysl perindustrian"
    ),
    "instrument": "instruments instr inst instrumentos",
    "iron": "eisen ferro hierro demir zelezo",
    "jewelry": "jewellery jewellers jewelers jewels joyas joias",
    "laboratory": "laboratorios laboratoires",
    "leather": (
        "deri dericilik cuero cueros couro couros cuir cuirs leder kozha kulit pelle pelli"
    ),
    "management": "mgmt mgt mngmt",
    "marketing": "mktg mkt mktng pazarlama",
    "meat": ("carne carnes viande viandes fleisch vlees carni mieso maso meso hus myaso daging"),
    "mechanical": "mecanica mecanique meccanica meccaniche mekanik mechanika officine",
    "milk": "leche leite lait milch latte sut mleko mliko susu",
    "national": "natl nat nacional nazionale nationale",
    "northern": "nthn",
    "oasis": "waha wahat",
    "oil": ("aceite aceites oleo oleos huile huiles oel olio oliya minyak yag olej ulje maslo"),
    "packaging": (
        "pkg pkgs embalajes envases embalagens emballage emballages verpackung "
        "verpackungen imballaggi ambalaj opakowania obaly kemasan"
    ),
    "paint": "paints pinturas tintas peintures farben vernici boyalari",
    "paper": "papel papier papir papira carta kagit kertas bumaga",
    "plastic": ("plasticos plastico plastiques kunststoff kunststoffe plastiche plastik nhua"),
    "precious": "precios",
    "precision": "seimitsu prazision praezision precisione hassas",
    "printing": ("imprenta grafica imprimerie druckerei tipografia matbaa drukarnia percetakan"),
    "processing": "proc processors processor processeur",
    "salt": "salz sale tuz garam",
    "second": "2nd",
    "seed": "seeds semillas sementes semences saatgut sementi tohum nasiona zaden",
    "shipyard": "astillero astilleros estaleiro chantier werft cantiere tersane",
    "shoe": (
        "calzado calzados calcado chaussures schuhe calzature ayakkabi obuca obuv sepatu schoenen"
    ),
    "son": "yioi ogullari sinovi synove fiai fii synovia",
    "spinning": (
        "boseki hilatura hilaturas hilanderia filature filatures filatura spinnerei przedzalnia"
    ),
    "steel": ("stahl staal acero aceros aciers acier acciai acciaio celik thep baja stal ocel"),
    "sugar": "seker secer cukier azucar acucar sucre zucker gula cukor sheker shakar",
    "supply": "supplies suppliers supplier sply",
    "third": "3rd",
    "tire": "tyre tires tyres",
    "trading": (
        "shoji boueki trgovina targovia savdo perdagangan commerce comerciales "
        "comm com komercijalno trd torgovaya torgovlya"
    ),
    "transport": (
        "transports transportes transporte transporti nakliyat transportation "
        "transporter transporters"
    ),
    "vegetable": ("vegetables verduras legumes legumbres gemuse verdure sebze warzywa sayur"),
    "weaving": "tejeduria tecelagem tissage tissages weberei tessitura tkalnia",
    "wholesale": "whsle wholesalers",
    "wine": "vino vinos vinho vinhos vin vins wein vini wino vinuri sarap",
    "wood": (
        "madera maderas madeira madeiras holz hout legno legnami bois drewno "
        "drevo drvo derevo kayu ahsap"
    ),
    "works": "seisakusho zavody werke werk wks",
    "yarn": "yarns hilados fios garn filati iplik priadivo",
}

#: Shortened trade words, plurals and translations, to one word each.
SYNONYMS: Mapping[str, str] = {
    short: word
    for word, shorts in {
        "sri": "shri shree sree",
        "international": "intl int internacional internationale internasional",
        "manufacturing": "imalat mfg manuf manufacture manufacturers manufacturer manufactures "
        "mfrs "
        "manufactory manufactura manufacturas",
        "industry": "ind inds industries industrial industria industrias industrie industrielle "
        "industri endustri endustriyel industriel industrielles indust",
        "textile": "textiles det tex textil texteis tekstil tekstilnaya tekstiles textilien dokuma "
        "textielfabriek tekstilna tessile tessili",
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
        "company": "co coy cie cia companhia compania compagnie",
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
        "machinery": "machineries machines maschinen makina makine machine",
        "construction": "constructions construcoes construcciones insaat",
        "service": "services svcs servicos servicios",
        "system": "systems",
        "solution": "solutions",
        "brother": "brothers bros",
        "son": "sons fils soehne sohne hijos figli zonen synowie filhos",
        "fratelli": "flli",
        "freres": "frs",
        "limited": "ltd",
        "development": "dev develop",
        "shoe": "shoes giay footwear footwears calcados",
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
} | {short: word for word, shorts in _FURTHER_SYNONYMS.items() for short in shorts.split()}

#: Words of trade and kind (in the form `SYNONYMS` gives): little weight, they distinguish no
#: company.
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

#: What companies make, grow or do, in more detail and in more languages: little weight too.
TRADES = word_set(
    "cooperative exploitation mechanical merchants "
    # English
    "abrasive adhesive advertising aerospace alloy aluminium aluminum ammunition apiary "
    "aquaculture "
    "aquatic architects arts assembly auto automobile aviation bakery battery bearing bearings "
    "beverage beverages bicycle biscuit board boiler book bottling box brewery brick bricks broker "
    "brokers builder builders button buyers cable cables cannery canning cardboard cargo carpet "
    "carpets carrier carton cashew cashmere casting castings catering cattle cement ceramic "
    "ceramics chocolate cigar cleaning cocoa coconut coir combine communication communications "
    "composites computer concrete confectionery consultancy contracting contractor contractors "
    "control copper cosmetic cosmetics courier craft crafts credit crop cutlery dairy data dates "
    "dental detergent dredging drilling drink drinks dyestuff dyestuffs edible egg embroidery "
    "entertainment environmental equipments exploration explosive farm farming farms fastener "
    "fasteners feed feeds fertiliser fertilizer fertilizers film filter fire fish fittings "
    "fixtures flora floral flour flower flowers foam foil foodstuff forest forestry forging "
    "forgings foundry freight frozen fruit fruits fuel fur fishmeal garden gardens gem gems gin "
    "ginners ginning glass glassware gloves gold grain grains granite granites graphics "
    "greenhouse greenhouses grinding growers handbag handbags handicraft handicrafts hat hats "
    "haulage heavy herb herbs hides hosiery housing housewares infrastructure ink instrument "
    "instruments insurance interior iron irrigation jeweller jewellers jewellery juice kernel kiln "
    "lace lamp latex laundry leasing lighting limestone linen livestock lubricant machine magnet "
    "magnesium maritime marble maize meal meats media metallurgical metallurgy milk miller millers "
    "milling mineral minerals mold mould moulding mouldings mushroom nail nursery nut nuts nickel "
    "oils oilseed olive onion optical optics orchard orchards ore organic ornament paddy paint "
    "paints panel parts petals petrochemical petrochemicals petroleum petro photo photovoltaic "
    "photovoltaics pigment pipe pipes piping pistachio plantations plating plumbing plywood "
    "pneumatic polysilicon polyester porcelain potash potato pottery poultry prawn precision "
    "prefabricated produce producers promotion properties publishing pulp pump pumps quarry "
    "ranch ranching raw rags real realty recycling refining refractory refrigeration rerolling "
    "rolling rope roses rug rugs salt sand sands sanitary scrap screen seed seeds semiconductor "
    "sesame shellfish ship shipyard shrimp slate slaughterhouse smelter smelting snacks soap "
    "software soya spare spice spices spindle spinners staffing stationery stitching storage "
    "structural surgical sweets synthetic synthetics tank tannery tanneries tapestry tea teas "
    "teak telecommunication telecommunications terminal terminals thread tile tiles timbers tin "
    "tire tires titanium tomato tourism trailer transformer truck tube tubes tubing tuna turbine "
    "twine tyre tyres uniform upholstery uranium utensils valve valves vanilla vegetable "
    "vegetables vehicle vehicles veneer vessel veterinary vineyard warehouse warehousing waste "
    "watch wax weavers weaving welding wheat wholesalers wind wine wines winery wire wires woollen "
    "woollens yacht zinc zipper "
    # Spanish and Portuguese
    "aceite aceites acero aceros acucar acucareira aco acos agroexportadora aguacate alambres "
    "algodao algodon alimentar arroz artesanias avicola azucar azucarera bananera bebidas bodega "
    "bodegas cacao cafe cafes cafetalera calcado calzado calzados camaron camaronera camarones "
    "carne carnes carton cementos ceramica ceramicas cerveceria citricos citrus conservas "
    "construtora constructora couro couros cuero cueros curtidos curtiembre curtumes distribuidora "
    "editora empacadora embalagens empaques energia envases estancia estancias exportador fazenda "
    "ferreteria fiacao flores floricultura forestal forja frigorifico frigorificos fruta frutas "
    "fundicion ganadera granja granjas harina hilados hilanderia hilaturas inmobiliaria "
    "imobiliaria "
    "ingenio inversiones lacteos laticinios lechera leche limon logistica madeira madeiras madera "
    "maderas maiz malhas maquiladora maquinaria maquinas mariscos marmol marmores metalurgica "
    "minera mineracao mineira minerales molino molinos moveis muebles naviera oleos papel papeles "
    "papelera pecuaria pescado pescados pesquera petroleo pintura pinturas plastico plasticos "
    "procesadora quimicas quinoa sal salmones semillas siderurgica soja tabaco tabacos tabacalera "
    "tecidos tejidos tintoreria tintes transportadora transporte transportes trigo trilladora "
    "usina vestuario vidrio vidrios vinos vinhos vina vinas "
    # French and Italian
    "abattoir acier aciers atelier ateliers bois boulangerie brasserie cacao cajou carriere caves "
    "chaussures chocolaterie chimiques cimenterie ciments conditionnement confection "
    "confections confiserie conserverie cotonniere couture cuirs dattes emballage emballages "
    "engrais entreprise entreprises filature filatures fonderie fonderies forestiere fruitiere "
    "fruits huilerie imprimerie immobilier laine lavage legumes maraichers mareyage menuiserie "
    "meuble meubles meunerie minerais minoterie papeterie peche pecheries peche petrole pierres "
    "plastiques poissons recherche sardinerie savonnerie scierie sucrerie tannerie teinturerie "
    "tissage tissages tissus vanille verrerie vetements viande viandes vins abbigliamento acciai "
    "acciaieria acciaierie arredamenti calzature calzaturificio cantina cantine carni cartiera "
    "ceramiche conceria concerie confezioni costruzioni distilleria elettronica fonderie "
    "filatura filati formaggi lanificio lavorazioni legnami legno maglieria maglificio mangimi "
    "manifattura manifatture marmi meccanica meccaniche metallurgica mobili molini molino "
    "oleificio "
    "officina officine oreficeria pasta pastificio pelletteria pelletterie pelli ricami "
    "salumificio "
    "salumi tessitura tessile tessuti tintoria trasporti vetreria vini "
    # German, Dutch and the Nordic languages
    "anlagenbau bau backerei baeckerei bergbau bloemen brauerei chemische druckerei eisen "
    "eisenwerk fahrzeugbau farben fisch fleisch fleischwaren gartenbau gerberei giesserei getreide "
    "glas graan hafen handelsgesellschaft handelshuis hout holz holzbau holzhandel kaffee kaas "
    "kakao keramik kleding konserven kunststoff kunststoffe kunststofftechnik kwekerij landbouw "
    "leder lebensmittel logistik maschinenbau maschinenfabrik metaal metallbau metallwerk mobel "
    "moebel mode molkerei muhle muehle obst papierfabrik pharma plastik reederei rosterei "
    "saatgut sagewerk schiffbau schmiede schuhe spedition spinnerei stahl stahlbau stahlhandel "
    "staal tapijten technik technologie tee teppich textilien textilveredelung transporte vlees "
    "verlag verpackung verpackungen weberei weingut werft werk werke werkzeugbau ziegelei zuivel "
    "zaadhandel zaden byggeri eiendom ejendomme fastigheter fisk fiskeri glass jern kala "
    "konfektion kott lax maskiner mat mejeri metall mobler moebler papir papper rederi saha sjomat "
    "skog skogsprodukter sko stal tekstil traelast trevare verkstad "
    # Polish, Czech, Slavic in Latin letters, Hungarian, Romanian, Baltic
    "budownictwo cementownia cukrownia drewno huta kopalnia mebel meble mleczarnia odziez "
    "odziezowe "
    "owocow piekarnia przetworstwa przedsiebiorstwo przemyslu stocznia tkaniny wytwornia zaklad "
    "zaklady drevo drevarske dreva mlekarna papirny papirnica pekarna pivovar pradelny sklarny "
    "sklo "
    "strojirny textilni zavody drvo duvan konfekcija mlekara mlin namestaj obuca pamuk pekara "
    "rudnik stakleni voce voda vino vina zeljezara cukor bor boripari bor butor cipo gyar hus "
    "konzerv malom papir szovet tej textilipar bumbac incaltaminte confectii lemn mobila "
    "panificatie "
    "tesatorie vinuri zahar grudai zivis koks linai mediena avize bumaga derevo fanera gaz hleb "
    "khleb khlebozavod kombinat kozha les maslo metiz moloko mebel muka munai nebit neft oliya "
    "ryba sahar stal stekla stroi stroy tkan torg ugol zerno "
    # Turkish and the languages of Central Asia
    "ambalaj ayakkabi bakir celik deri dericilik demir dokum elektrik enerji fabrikasi findik "
    "gubre hali insaat iplik kagit kereste kimya konfeksiyon lastik maden mermer metal mobilya "
    "orme otomotiv pamuk paxta pakhta pambiq pamyk pamik pazarlama plastik seker seramik sut "
    "tarim tarimurunleri tavukculuk tohum tutun un yag yem gilam ipak savdo sheker "
    # Indonesian, Malay, Vietnamese, Thai and Indian languages in Latin letters
    "besi gula kayu kelapa kertas makanan minyak papan pangan pelayaran perikanan "
    "perkebunan pertanian plastik rotan sawit tambak tambang teh tekstil udang det giay nhua thep "
    "thuc pham udyog niryat vastra khadya tel kapas resham mandi kendra bhandar"
)

#: Trade words by which a group names its parts: more weight, they do distinguish sisters.
DIVIDING = word_set(
    "construction distribution finance group health holding international investment logistics "
    "marketing medical motor operation property research retail sales sale service shipping "
    "solution sourcing trading transport travel"
)

#: Ordinary words that companies like to be called by: some weight.
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
    "anglo trans inter consolidated associated amalgamated integrated federal central mutual "
    "federated universal inland coastal tropical"
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

#: Names of countries that are one word, and their adjectives, as companies write them.
COUNTRY_WORDS = word_set(
    "american british canadian australian french german italian spanish dutch swedish japanese "
    "korean vietnamese turkish russian brazilian mexican african afghanistan albania algeria "
    "angola argentina armenia australia austria azerbaijan bahrain "
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
