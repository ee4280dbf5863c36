"""Headers of vendor exports that mean one of our fields.

English, and the common Spanish, Portuguese, French, German and Hindi spellings. Compared after
`fields.normalise_header`, so case, accents and punctuation do not matter.
"""

from collections.abc import Mapping

HEADER_ALIASES: Mapping[str, str] = {
    "supplier_id": """
        id; supplier no; supplier number; supplier code; supplier ref; vendor; vendor id;
        vendor no; vendor number; vendor code; vendor account; creditor; creditor no;
        account number supplier; lifnr; id proveedor; codigo proveedor; numero proveedor;
        cod proveedor; id fornecedor; codigo fornecedor; cod fornecedor; numero fornecedor;
        id fournisseur; code fournisseur; numero fournisseur; no fournisseur; lieferantennummer;
        lieferanten nr; lieferantennr; lieferanten id; kreditor; kreditorennummer; kreditor nr;
        erp vendor id; erp supplier id; erp id; sm vendor id; sm id; supplier erp id;
        vendor erp number; internal supplier id; lief nr; lief no; lieferanten no; kred nr;
        kreditorennr; kreditor nummer; codigo de proveedor; cod proveedor; no proveedor;
        codigo do fornecedor; num fournisseur; n fournisseur; codice fornitore; id fornitore;
        leveranciersnummer; leverancier nr; numer dostawcy; nr dostawcy; id dostawcy;
        tedarikci no; tedarikci kodu; satici no; ma nha cung cap; ma ncc; kode pemasok;
        id pemasok; kode vendor; 供应商编号; 供应商代码; 供应商编码; 供应商id; সরবরাহকারী আইডি;
        رقم المورد; كود المورد;
        आपूर्तिकर्ता संख्या; आपूर्तिकर्ता क्रमांक; आपूर्तिकर्ता कोड; आपूर्तिकर्ता आईडी;
        विक्रेता संख्या; विक्रेता कोड; विक्रेता आईडी
    """,
    "name": """
        supplier; supplier name; vendor name; company; company name; name 1; name1; legal name;
        legal entity; legal entity name; business name; organisation; organization;
        organisation name; organization name; manufacturer; manufacturer name; firm; firm name;
        proveedor; nombre; nombre proveedor; nombre del proveedor; razon social; empresa;
        nombre empresa; nombre de la empresa; fornecedor; nome; nome fornecedor;
        nome do fornecedor; razao social; nome empresarial; fournisseur; nom; nom fournisseur;
        nom du fournisseur; raison sociale; societe; entreprise; nom entreprise; lieferant;
        lieferantenname; name des lieferanten; firma; firmenname; unternehmen; 供应商;
        供应商名称; 公司名称;
        supplier legal name; vendor legal name; supplier company name; fornitore;
        nome fornitore; ragione sociale; leverancier; naam leverancier; bedrijfsnaam; dostawca;
        nazwa dostawcy; nazwa firmy; tedarikci; tedarikci adi; firma adi; sirket adi;
        nha cung cap; ten nha cung cap; ten cong ty; pemasok; nama pemasok; nama perusahaan;
        nama vendor; 企业名称; সরবরাহকারী; প্রতিষ্ঠানের নাম; কোম্পানির নাম; المورد;
        اسم المورد; اسم الشركة;
        आपूर्तिकर्ता; आपूर्तिकर्ता का नाम; विक्रेता; विक्रेता का नाम; कंपनी; कंपनी का नाम;
        कम्पनी का नाम; फर्म का नाम; प्रतिष्ठान का नाम; निर्माता; निर्माता का नाम
    """,
    "country": """
        country name; country code; country key; country iso; country region; ctry; iso country;
        iso2; iso3; cty; land1; nation; pais; codigo pais; cod pais; pays; code pays; land;
        laendercode; landercode; laenderschluessel; landerschlussel; 国家;
        supplier country; vendor country; site country; facility country; paese; nazione;
        kraj; ulke; quoc gia; nuoc; negara; 国家地区; 国别; দেশ; البلد; الدولة;
        देश; देश का नाम; देश कोड; राष्ट्र
    """,
    "site_id": """
        site no; site number; site code; facility id; facility code; facility number;
        factory id; factory code; factory number; plant id; plant code; location id;
        location code; farm id; mill id; id planta; id fabrica; codigo planta; id site;
        code site; code usine; werk nr; werksnummer; standort id
    """,
    "site_name": """
        site; facility; facility name; factory; factory name; plant; plant name; mill;
        mill name; location name; production site; production unit; unit name; farm; farm name;
        planta; nombre planta; fabrica; nombre fabrica; nome fabrica; nome da fabrica; unidade;
        usine; nom usine; nom du site; werk; werkname; standort; standortname; 工厂; 工厂名称;
        कारखाना; कारखाने का नाम; फैक्ट्री; फैक्ट्री का नाम; फ़ैक्टरी; इकाई का नाम; संयंत्र;
        संयंत्र का नाम; मिल का नाम
    """,
    "address": """
        address 1; address1; address line 1; address line; full address; street; street address;
        site address; facility address; factory address; supplier address; direccion;
        direccion completa; domicilio; endereco; endereco completo; logradouro; adresse;
        adresse complete; rue; anschrift; strasse; 地址;
        indirizzo; adres; dia chi; alamat; 详细地址; ঠিকানা; العنوان; stras;
        पता; पूरा पता; डाक पता; कारखाने का पता; कंपनी का पता; आपूर्तिकर्ता का पता
    """,
    "admin_area": """
        admin area; admin1; adm1; province; state; state province; province state; state region;
        region; district; county; provincia; estado; departamento; uf;
        distrito; departement; bundesland; provinz; 省; 省份;
        regio; regione; provincie; wojewodztwo; il; tinh; provinsi; জেলা; বিভাগ; المحافظة;
        राज्य; जिला; ज़िला; प्रदेश; प्रांत
    """,
    "town": """
        city; city name; town city; city town; town or city; town name; city municipality;
        municipality; locality; supplier city; vendor city; site city; facility city;
        factory city; ort01; ort 1; ort; ortschaft; stadt; wohnort; gemeinde; ciudad; localidad;
        poblacion; municipio; cidade; localidade; ville; localite; commune; citta; comune;
        localita; plaats; stad; woonplaats; gemeente; miasto; miejscowosc; sehir; il ilce;
        thanh pho; kota; kota kabupaten; 城市; 市; 所在城市; শহর; المدينة; مدينة;
        शहर; नगर; कस्बा; शहर का नाम
    """,
    "latitude": """
        lat; latitud; latitude y; geo lat; gps lat; gps latitude; lat wgs84; y; breitengrad;
        breite; 纬度;
        latitudine; breedtegraad; szerokosc geograficzna; enlem; vi do; lintang; خط العرض;
        अक्षांश
    """,
    "longitude": """
        lon; lng; long; longitud; longitude x; geo lon; geo lng; geo long; gps lon; gps lng;
        gps longitude; gps long; lon wgs84; x; laengengrad; langengrad; laenge; lange;
        经度;
        longitudine; lengtegraad; dlugosc geograficzna; boylam; kinh do; bujur; خط الطول;
        देशांतर; देशान्तर
    """,
    "geometry": """
        wkt; geojson; geom; the geom; polygon; shape; boundary; outline; geometry wkt;
        geometria; poligono; geometrie; polygone;
        coordinates; coordinate; gps; gps coordinates; geo coordinates; geocoordinates; lat long;
        lat lon; lat lng; latitude longitude; latlong; latlng; coordenadas; coordenadas gps;
        coordonnees; coordonnees gps; koordinaten; gps koordinaten; coordinate gps; coordinaten;
        wspolrzedne; koordinatlar; toa do; koordinat; 坐标; 经纬度; স্থানাঙ্ক; الاحداثيات; utm
    """,
    "sector": """
        isic; isic code; nace; nace code; naics; naics code; sector code; industry;
        industry code; codigo sector; cnae; ciiu; secteur; code naf; code nace; setor; branche;
        branchencode; wirtschaftszweig;
        sector name; industry sector; business sector; main activity; activity; isic division;
        industry description; industria; rubro; giro; actividad; actividad economica;
        ramo; ramo de atividade; atividade; activite; secteur d activite; settore; attivita;
        bedrijfstak; branza; sektor; nganh nghe; nganh; linh vuc; bidang usaha; industri;
        行业; 所属行业; খাত; শিল্প; القطاع; النشاط;
        उद्योग; क्षेत्र; व्यवसाय; मुख्य गतिविधि
    """,
    "sector_scheme": """
        sector scheme; industry scheme; sector code scheme; industry code type; classification
    """,
    "commodity": """
        hs; hs code; hs6; hs chapter; hts; hts code; commodity code; tariff code; customs code;
        codigo hs; codigo arancelario; partida arancelaria; ncm; codigo ncm; code sh;
        code douanier; zolltarifnummer; warennummer;
        एचएस कोड; एच एस कोड; टैरिफ कोड
    """,
    "commodity_scheme": """
        commodity code scheme; commodity classification
    """,
    "duns": """
        duns number; duns no; d u n s; d u n s number
    """,
    "lei": """
        lei code; legal entity identifier; codigo lei; code lei
    """,
    "cik": """
        cik code; sec cik; central index key; cik number
    """,
    "company_number": """
        company no; registration number; registration no; company registration number;
        register number; business registration number; crn; cnpj; siren; siret; nit; ruc; cin;
        uscc; registro mercantil; numero de registro; handelsregisternummer; hrb; numero siren;
        पंजीकरण संख्या; पंजीयन संख्या; कंपनी पंजीकरण संख्या
    """,
    "os_id": """
        os hub id; open supply hub id; oar id; osid; open apparel registry id
    """,
    "parent": """
        parent company; parent name; parent supplier; parent supplier name; parent vendor;
        parent vendor name; parent account;
        parent group; group; group name; ultimate parent; holding;
        owner group; matriz; empresa matriz; grupo; groupe; societe mere; konzern;
        muttergesellschaft;
        मूल कंपनी; समूह; समूह का नाम
    """,
    "parent_id": """
        parent no; parent number; parent code; parent supplier id; parent supplier no;
        parent supplier number; parent supplier code; parent vendor id; parent vendor no;
        parent vendor number; parent vendor code; parent erp vendor id; parent sm vendor id;
        parent company id; parent account id; hierarchy parent id; parent organization id;
        parent organisation id
    """,
    "annual_spend": """
        spend; annual spend; total spend; spend 12m; yearly spend; purchase volume;
        purchasing volume; purchase amount; invoice amount; turnover with supplier; gasto anual;
        gasto; compras anuales; volumen de compras; gasto anual total; gastos anuais;
        volume de compras; depense annuelle; depenses; volume d achat; volume d achats;
        einkaufsvolumen; jahresumsatz; jahreseinkaufsvolumen;
        spend last 12 months; spend ltm; ltm spend; spend usd; spend eur; annual spend usd;
        annual spend eur; total spend usd; po spend; invoiced spend; spend amount;
        gasto ultimos 12 meses; spesa annua; jaarlijkse uitgaven; roczne wydatki;
        yillik harcama; chi tieu hang nam; belanja tahunan; 年采购额; 采购金额; বার্ষিক ব্যয়;
        वार्षिक खर्च; वार्षिक व्यय; वार्षिक खरीद; कुल खरीद; खरीद मूल्य
    """,
    "currency": """
        currency code; curr; ccy; spend currency; waers; moneda; divisa; moeda; devise; monnaie;
        waehrung; wahrung;
        valuta; waluta; para birimi; tien te; mata uang; 币种; 货币; মুদ্রা; العملة;
        मुद्रा; करेंसी
    """,
    "workforce_band": """
        workforce; workforce size; employees; number of employees; no of employees;
        employee count; headcount; head count; number of workers; no of workers; workers;
        worker count; total workers; total employees; staff; staff count; company size;
        size band; fte; numero de empleados; n de empleados; empleados; plantilla;
        numero de trabajadores; trabajadores; numero de funcionarios; funcionarios;
        numero de trabalhadores; trabalhadores; effectif; effectifs; nombre d employes;
        nombre de salaries; mitarbeiterzahl; anzahl mitarbeiter; mitarbeiter; beschaeftigte;
        员工人数; 职工人数;
        कर्मचारियों की संख्या; श्रमिकों की संख्या; कुल कर्मचारी; कुल श्रमिक
    """,
    "tier": """
        supplier tier; tier level; tier no; nivel; nivel de proveedor; rang; niveau; stufe;
        lieferantenstufe
    """,
    "location_is_public": """
        location public; public location; publicly disclosed; disclosed
    """,
}
