"""The words that mark a column as person-level, in 22 languages.

Terms are compared with headers after `fields.normalise_header`: no case, no accents, no
punctuation. Languages: English, Spanish, Portuguese, French, Hindi, Bengali, Chinese,
Indonesian, Vietnamese, Turkish and Arabic; the commonest words of German, Italian, Dutch, Polish,
Japanese, Korean, Thai, Urdu, Russian, Nepali and Swahili.
"""

import functools
from collections.abc import Mapping

from suppliers.header_text import normalise_header
from suppliers.intake.header_terms import HeaderTerms

# One rule per kind of person-level data, the most specific first. A term is found as whole words
# in a header written with blanks, and anywhere in one written in a script without blanks or with
# joined articles. A term that begins with "=" must be the whole header.
PERSON_TERMS: Mapping[str, str] = {
    "phone": """
        phone; phones; telephone; tel; tel no; telno; =mobile; mobile no; mobileno; =cell;
        cellphone; cell phone; phone number; phonenumber; phoneno; contact number; contact no;
        whatsapp; wechat; viber; zalo; =telegram; telephone 1; telefono; telefonos; movil;
        celular; telefone; telemovel; fone; =portable; gsm; telefon; handynummer; =handy; फोन;
        फ़ोन; मोबाइल; दूरभाष; ফোন; মোবাইল; টেলিফোন; 电话; 電話; 手机; 手機; 微信; 联系方式;
        telepon; no hp; nomor hp; handphone; no telp; telp; dien thoai; so dien thoai; sdt;
        so dt; cep telefonu; cep no; هاتف; جوال; موبايل; واتساب;
        cellulare; telefoonnummer; telefoon; mobiel; nr telefonu; numer telefonu; 電話番号;
        携帯電話; 携帯; 전화번호; 휴대폰; 핸드폰; 연락처; เบอร์โทร; โทรศัพท์;
        มือถือ; فون نمبر; موبائل; телефон; =тел; सम्पर्क नम्बर; simu; namba ya simu
    """,
    "email": """
        email; e mail; emails; =mail; mail address; email address; emailaddress; correo;
        correo electronico; correio eletronico; courriel; adresse mail; adresse electronique;
        ईमेल; ई मेल; ইমেইল; ইমেল; 邮箱; 郵箱; 电子邮件; 電子郵件; 邮件; surel; surat elektronik;
        thu dien tu; e posta; eposta; بريد إلكتروني; البريد الإلكتروني; البريد; ايميل; إيميل
    """,
    "national_id": """
        national id; nationalid; national identity; national identity card; nid; nid no;
        nid number; id card; id card no; id number; identity number; identity card;
        identity document; social security number; social security no; ssn; sin number; aadhaar;
        aadhar; adhar; pan card; uan; uan no; esic no; epf no; pf no; pf number; voter id;
        epic no; cnic; nric; iqama; iqama no; emirates id; kebele id; passport; passport no;
        passport number; passportno; visa; visa no; visa number; visa type; visa expiry;
        work permit; work permit no; residence permit; driving licence; driver license; dni;
        curp; cedula; cedula de identidad; cedula de ciudadania; documento de identidad;
        numero de documento; seguro social; nss; pasaporte; cpf; rg; pis; pis pasep; ctps;
        carteira de trabalho; cartao de cidadao; passaporte; piece d identite; carte d identite;
        carte nationale; cin no; numero de securite sociale; securite sociale; passeport;
        personalausweis; reisepass; sozialversicherungsnummer; आधार; पासपोर्ट; मतदाता पहचान;
        पहचान पत्र; वीज़ा; জাতীয় পরিচয়পত্র; জাতীয় পরিচয় পত্র; এনআইডি; পাসপোর্ট; ভিসা;
        身份证; 身份證; 身份证号; 证件号; 護照; 护照; 签证; 社保号; 社会保障号; nik; nik ktp;
        no ktp; ktp; nomor ktp; nomor induk kependudukan; paspor; bpjs; no bpjs; cccd; cmnd;
        so cccd; so cmnd; can cuoc; can cuoc cong dan; chung minh nhan dan; ho chieu; so bhxh;
        bao hiem xa hoi; tckn; tc kimlik; tc kimlik no; tc no; kimlik no; kimlik numarasi;
        sgk no; pasaport; الهوية الوطنية; رقم الهوية; بطاقة الهوية; جواز السفر; رقم الجواز;
        إقامة; تأشيرة; الرقم القومي;
        codice fiscale; carta d identita; permesso di soggiorno; bsn; burgerservicenummer;
        paspoort; pesel; nr pesel; paszport; dowod osobisty; 在留カード; マイナンバー;
        個人番号; 旅券番号; パスポート; 주민등록번호; 외국인등록번호; 여권번호;
        เลขประจำตัวประชาชน; บัตรประชาชน;
        หนังสือเดินทาง; พาสปอร์ต; شناختی کارڈ; پاسپورٹ; снилс; =паспорт;
        паспортные данные; серия и номер паспорта; नागरिकता; राहदानी; kitambulisho;
        namba ya nida; pasipoti; titre de sejour
    """,
    "birth_date": """
        date of birth; dob; birth date; birthdate; birthday; birth year; year of birth;
        place of birth; birthplace; fecha de nacimiento; fecha nacimiento; nacimiento;
        lugar de nacimiento; data de nascimento; data nascimento; nascimento; date de naissance;
        naissance; lieu de naissance; geburtsdatum; geburtstag; geburtsort; जन्म तिथि; जन्मतिथि;
        जन्म दिनांक; জন্ম তারিখ; জন্মতারিখ; 出生日期; 出生年月; 生日; tanggal lahir; tgl lahir;
        tempat lahir; ngay sinh; nam sinh; noi sinh; dogum tarihi; dogum yeri; تاريخ الميلاد;
        تاريخ الولادة; مكان الميلاد;
        data di nascita; luogo di nascita; geboortedatum; geboorteplaats; data urodzenia;
        miejsce urodzenia; 生年月日; 생년월일; วันเกิด; วันเดือนปีเกิด;
        تاریخ پیدائش; дата рождения; год рождения; जन्ममिति; tarehe ya kuzaliwa
    """,
    "biometric": """
        photo; photos; photograph; picture of worker; selfie; portrait; face; face id;
        face image; fingerprint; finger print; thumbprint; thumb impression; biometric;
        biometrics; iris; voice recording; =signature; foto; fotografia; huella; huella digital;
        huella dactilar; biometria; firma del trabajador; impressao digital; assinatura;
        photographie; empreinte; empreinte digitale; biometrie; fingerabdruck; unterschrift;
        फोटो; अंगूठे का निशान; फिंगरप्रिंट; हस्ताक्षर; ছবি; আঙুলের ছাপ; টিপসই; 照片; 指纹; 指紋;
        人脸; 签名; pas foto; sidik jari; wajah; tanda tangan; anh the; anh chan dung; van tay;
        khuon mat; chu ky; fotograf; parmak izi; yuz tanima; imza; صورة شخصية; صورة العامل;
        بصمة; توقيع
    """,
    "testimony": """
        grievance; grievances; grievance text; hotline; hotline call; helpline; interview;
        interviews; interview notes; worker interview; interview transcript; testimony;
        testimonies; statement of worker; complaint; complaints; complaint text;
        complaint details; worker voice; worker comments; worker feedback; survey response;
        verbatim; whistleblower; queja; quejas; denuncia; denuncias; reclamo; entrevista;
        entrevistas; testimonio; linea de ayuda; reclamacao; queixa; depoimento; testemunho;
        plainte; plaintes; reclamation; entretien; temoignage; ligne d assistance; beschwerde;
        beschwerden; शिकायत; साक्षात्कार; गवाही; हेल्पलाइन; অভিযোগ; সাক্ষাৎকার; হটলাইন; 投诉;
        投訴; 申诉; 访谈; 訪談; 证词; 热线; keluhan; pengaduan; wawancara; kesaksian; khieu nai;
        to cao; phong van; duong day nong; sikayet; sikayetler; mulakat; gorusme notu; ihbar;
        شكوى; شكاوى; مقابلة; شهادة العامل; الخط الساخن
    """,
    "wage": """
        wage; wages; wage rate; salary; salaries; monthly salary; basic salary; net salary;
        gross salary; net pay; gross pay; basic pay; take home pay; pay rate; hourly rate;
        daily rate; daily wage; monthly wage; payroll; payslip; pay slip; overtime;
        overtime hours; ot hours; =attendance; =deductions; =bonus; piece rate; recruitment fee;
        recruitment fee paid; salario; salarios; sueldo; sueldos; jornal; nomina; horas extras;
        horas extra; ordenado; holerite; contracheque; remuneracao; remuneracion; salaire;
        salaires; salaire net; salaire brut; bulletin de paie; fiche de paie; paie;
        heures supplementaires; lohn; gehalt; वेतन; मजदूरी; तनख्वाह; ओवरटाइम; বেতন; মজুরি;
        ওভারটাইম; 工资; 工資; 薪资; 薪水; 薪酬; 加班; 考勤; gaji; gaji pokok; upah; slip gaji;
        lembur; =luong; tien luong; luong co ban; luong thang; muc luong; bang luong; tang ca;
        maas; maasi; =ucret; ucreti; bordro; fazla mesai; راتب; الراتب; أجر; أجور; الأجر; رواتب;
        ساعات إضافية;
        stipendio; retribuzione; salaris; loon; brutoloon; wynagrodzenie; pensja; 給与; 賃金;
        残業; 급여; 임금; 월급; 시급; เงินเดือน; ค่าจ้าง; ค่าแรง; تنخواہ;
        зарплата; оклад; ज्याला; mshahara; ujira
    """,
    "health": """
        =health; health status; health condition; health record; health check; health issue;
        =medical; medical record; medical history; medical condition; illness; injury; injuries;
        disability; =disabled; pregnancy; pregnant; blood group; blood type; vaccination; hiv;
        sickness; =salud; estado de salud; enfermedad; embarazo; embarazada; discapacidad;
        grupo sanguineo; lesion; =saude; estado de saude; doenca; gravidez; gravida;
        deficiencia; =sante; etat de sante; maladie; grossesse; enceinte; groupe sanguin;
        =gesundheit; krankheit; स्वास्थ्य; बीमारी; गर्भवती; रक्त समूह; স্বাস্থ্য; অসুস্থতা;
        গর্ভবতী; রক্তের গ্রুপ; =健康; 疾病; 病史; 怀孕; 血型; 体检; kesehatan; penyakit;
        kehamilan; hamil; golongan darah; suc khoe; benh; mang thai; thai san; nhom mau; saglik;
        saglik durumu; hastalik; hamile; hamilelik; kan grubu; الصحة; الحالة الصحية; مرض; حامل;
        فصيلة الدم; إعاقة
    """,
    "union_membership": """
        union member; union membership; union dues; union status; trade union; labor union;
        labour union; trade union member; =sindicato; afiliacion sindical; afiliado sindicato;
        sindicalizado; filiacao sindical; syndicat; appartenance syndicale; syndique;
        gewerkschaft; यूनियन सदस्य; ट्रेड यूनियन; ইউনিয়ন সদস্য; ট্রেড ইউনিয়ন; 工会会员; 工會;
        工会; serikat pekerja; serikat buruh; anggota serikat; cong doan; doan vien cong doan;
        sendika; sendika uyeligi; نقابة; عضوية النقابة
    """,
    "personal_trait": """
        gender; sex; nationality; nationalities; religion; caste; ethnicity; ethnic group;
        =race; =tribe; marital status; age; age of worker; sexual orientation; migrant status;
        immigration status; political opinion; sexo; genero; edad; nacionalidad; estado civil;
        etnia; raza; nacionalidade; idade; religiao; raca; sexe; genre; nationalite; etat civil;
        situation familiale; ethnie; geschlecht; staatsangehoerigkeit; familienstand; =alter;
        लिंग; आयु; उम्र; राष्ट्रीयता; धर्म; जाति; वैवाहिक स्थिति; লিঙ্গ; বয়স; জাতীয়তা; ধর্ম;
        বৈবাহিক অবস্থা; 性别; 性別; 年龄; 年齡; 国籍; 國籍; 民族; 宗教; 婚姻; 籍贯; 户籍;
        jenis kelamin; umur; usia; kewarganegaraan; agama; suku; status perkawinan;
        status pernikahan; gioi tinh; =tuoi; quoc tich; ton giao; dan toc; tinh trang hon nhan;
        cinsiyet; cinsiyeti; yas; yasi; uyruk; uyrugu; =din; medeni durum; medeni hali; الجنس;
        العمر; السن; الجنسية; الدين; الديانة; الحالة الاجتماعية; العرق;
        sesso; nazionalita; cittadinanza; geslacht; nationaliteit; plec; narodowosc;
        obywatelstwo; 年齢; 성별; 국적; เพศ; สัญชาติ; национальность; гражданство;
        семейное положение; लिङ्ग; उमेर; jinsia; uraia
    """,
    "personal_contact": """
        home address; permanent address; residential address; worker address; employee address;
        home village; dormitory room; room no; emergency contact; facebook; instagram;
        linkedin; twitter; tiktok; social media; social handle; domicilio particular;
        direccion particular; contacto de emergencia; endereco residencial; adresse personnelle;
        domicile; contact d urgence; privatadresse; स्थायी पता; घर का पता; স্থায়ী ঠিকানা;
        বর্তমান ঠিকানা; 家庭住址; 住址; 紧急联系人; alamat rumah; alamat tinggal;
        kontak darurat; dia chi thuong tru; dia chi nha; ev adresi; ikametgah; acil durum;
        عنوان المنزل; عنوان السكن
    """,
    "person_name": """
        first name; last name; surname; family name; given name; full name; middle name;
        father name; fathers name; father s name; mother name; mother s name; spouse;
        husband name; maiden name; next of kin; =contact; contact name; contact person;
        =contacts; contact first name; contact last name; key contact; main contact;
        primary contact; supplier contact; vendor contact; factory contact; attn;
        manager name; owner name; ceo name; director name; legal representative;
        representative name; nombres; apellido; apellidos; nombre y apellido; nombre completo;
        contacto; nombre del contacto; persona de contacto; representante legal; sobrenome;
        nome completo; nome da mae; nome do pai; contato; pessoa de contato; prenom;
        nom de famille; nom et prenom; nom prenom; nom complet; interlocuteur;
        personne a contacter; ansprechpartner; vorname; nachname; kontaktperson; पूरा नाम;
        पिता का नाम; माता का नाम; संपर्क व्यक्ति; উপাধি; পুরো নাম; পিতার নাম; মাতার নাম;
        যোগাযোগ ব্যক্তি; 姓名; 联系人; 聯絡人; 法人代表; 法定代表人; 负责人; 父亲; 母亲;
        nama lengkap; nama depan; nama belakang; nama ayah; nama ibu; narahubung; nama kontak;
        kontak person; ho ten; ho va ten; ten day du; nguoi lien he; ten cha; ten me;
        adi soyadi; ad soyad; soyadi; soyad; baba adi; anne adi; irtibat kisisi; ilgili kisi;
        الاسم الكامل; الاسم الأول; اسم العائلة; اسم الأب; اسم الأم; جهة الاتصال; الشخص المسؤول;
        =cognome; nome e cognome; cognome e nome; =nominativo; voornaam; achternaam; nazwisko;
        imie i nazwisko; nazwisko i imie; 氏名; 성명; ชื่อ สกุล;
        ชื่อ นามสกุล; นามสกุล; ولدیت; والد کا نام; фио; фамилия;
        имя отчество; बाबुको नाम; jina kamili; jina la kwanza
    """,
    "worker_record": """
        =worker; =employee; =labourer; =laborer; employee no; employee number; employee id;
        emp id; emp no; emp code; empid; worker id; worker no; worker number; worker code;
        workerid; staff id; staff no; badge; badge no; badge number; badge id; personnel no;
        personnel number; payroll no; payroll number; payroll id; punch card; time card; legajo;
        id trabajador; id empleado; numero de empleado; =trabajador; =empleado; =matricula;
        matricula do funcionario; id funcionario; =trabalhador; =funcionario; =matricule;
        =salarie; id employe; =employe; =ouvrier; personalnummer; कर्मचारी आईडी;
        कर्मचारी संख्या आईडी; कर्मचारी क्रमांक; श्रमिक आईडी; শ্রমিক আইডি; কর্মী আইডি;
        কর্মচারী আইডি; কার্ড নং; 工号; 员工编号; 員工編號; 工人编号; 职工编号; 胸牌;
        nik karyawan; id karyawan; nomor karyawan; nomor induk karyawan; nomor induk pegawai;
        id pekerja; nomor pekerja; ma nhan vien; ma cong nhan; ma so nv; msnv; sicil no;
        sicil numarasi; personel no; isci no; calisan no; رقم العامل; رقم الموظف; الرقم الوظيفي;
        معرف العامل;
        =card no; =occupant; =farmer; farmer name; farmer code; =kollege; =kollegin;
        =jornalero; =jornalera; =colaborador; =addetto; =addetta; =operaio; =bracciante;
        =dipendente; =lavoratore; =uitzendkracht; =werknemer; =medewerker; personeelsnummer;
        =pracownik; nr pracownika; 従業員番号; 社員番号; 従業員名; 技能実習生; 근로자명;
        사원번호; ชื่อพนักงาน; รหัสพนักงาน; ชื่อลูกเรือ;
        مزدور; табельный номер; таб; =работник; =сотрудник; कामदारको नाम; jina la kibarua;
        jina la mfanyakazi; =pemanen
    """,
}

# A header with a worker word and one of these is about one worker.
WORKER_WORDS = """
    worker; workers; employee; employees; labourer; labourers; laborer; labour; staff; operator;
    emp; migrant; trabajador; trabajadores; trabajadora; empleado; empleados; obrero; obreros;
    operario; trabalhador; trabalhadores; funcionario; funcionarios; empregado; empregados;
    travailleur; travailleurs; employe; employes; salarie; salaries; ouvrier; ouvriers;
    mitarbeiter; arbeiter; कर्मचारी; श्रमिक; मजदूर; कामगार; শ্রমিক; কর্মী; কর্মচারী; 工人; 员工;
    員工; 职工; 雇员; pekerja; karyawan; buruh; pegawai; cong nhan; nhan vien; nguoi lao dong;
    lao dong; isci; calisan; personel; iscinin; calisanin; عامل; العامل; موظف; الموظف; عمال
"""
ATTRIBUTE_WORDS = """
    name; names; id; ids; code; no; number; age; address; list; roster; record; records; detail;
    details; comment; comments; note; notes; remark; remarks; nombre; nombres; codigo; edad;
    direccion; lista; nome; idade; endereco; nom; noms; liste; adresse; namen; adressen; नाम;
    पता; आईडी; सूची; নাম; ঠিকানা; আইডি; তালিকা; 姓名; 名字; 名单; 编号; 地址; nama; alamat;
    daftar; ten; ho ten; dia chi; danh sach; ma so; adi; ad; isim; adresi; listesi; اسم; أسماء;
    عنوان; قائمة; رقم
"""

# A company-level total or ratio: it identifies nobody.
TOTAL_WORDS = """
    number of; no of; no de; nr of; num; count; headcount; head count; total; average; avg;
    mean; median; share; ratio; percent; percentage; pct; rate per; turnover rate; band; size;
    expense; expenses; cost; costs; bill; policy; policies; procedure; mechanism; minimum;
    living; index; score; numero de empleados; numero de trabajadores; numero total; cantidad;
    promedio; porcentaje; plantilla; gasto; gastos; costo; coste; masa salarial; politica;
    numero de funcionarios; numero de trabalhadores; numero de empregados; quantidade; media;
    porcentagem; percentual; despesa; despesas; custo; custos; nombre de; nombre d; effectif;
    effectifs; moyenne; moyen; pourcentage; part des; charges; masse salariale; cout; couts;
    politique; anzahl; kosten; aufwand; durchschnitt; quote; personalaufwand; कुल; संख्या; औसत;
    प्रतिशत; लागत; মোট; সংখ্যা; গড়; শতাংশ; 人数; 人數; 总数; 总额; 總額; 平均; 费用; 比例;
    合计; jumlah; rata rata; persentase; beban; biaya; kebijakan; so luong; tong so; tong;
    trung binh; ty le; chi phi; so cong nhan; sayisi; toplam; ortalama; orani; gideri;
    giderleri; maliyeti; عدد; إجمالي; متوسط; نسبة; تكلفة; مصاريف; نفقات;
    numero di; numero addetti; numero dipendenti; aantal; liczba; 従業員数; 종업원 수; 인원수;
    จำนวน; تعداد; численность; количество; число; सङ्ख्या; idadi
"""
# Rules that no total can excuse: the value itself points at a person.
NEVER_TOTALS = frozenset({"phone", "email", "national_id", "birth_date", "biometric"})
# Headers about companies that contain a term by accident.
PASSING = """
    european union; union council; union parishad; code union; visa fee; visa card;
    health and safety; occupational health; health safety; mail code; mail stop; employees;
    workers; staff; workforce; trabajadores; empleados; funcionarios; trabalhadores;
    mitarbeiter; wages and salaries; salaries and wages; wages salaries;
    wages and salaries expense; employee benefits; employee benefits expense;
    staff costs employee benefits expense; directors remuneration; director remuneration;
    labour; employee stock; pension; fiscal age; company age; firm age; supplier age;
    factory age; age of company; age of firm; signature date; date of signature;
    number employees; firma; cin; supplier full name; vendor full name; company full name;
    full name of supplier; dia chi nha may; dia chi nha cung cap; dia chi nha san xuat;
    الإنفاق السنوي; المشتريات السنوية; قيمة المشتريات السنوية; الإيرادات السنوية;
    henley passport access; passport index
"""


@functools.cache
def _rules() -> Mapping[str, HeaderTerms]:
    return {rule: HeaderTerms.of(text) for rule, text in PERSON_TERMS.items()}


@functools.cache
def _worker_words() -> tuple[HeaderTerms, HeaderTerms, HeaderTerms]:
    """Words of workers, of what is known of one, and of totals of a company."""
    return (
        HeaderTerms.of(WORKER_WORDS),
        HeaderTerms.of(ATTRIBUTE_WORDS),
        HeaderTerms.of(TOTAL_WORDS),
    )


@functools.cache
def _passing() -> frozenset[str]:
    return frozenset(map(normalise_header, PASSING.split(";")))


def person_rule(header: str) -> str | None:
    """The rule by which a header is person-level, or None.

    Company-level totals (``number of employees``, ``total wages``, ``salary expense``) pass, unless
    the header names a phone, an e-mail, an identity document, a birth date or a biometric.
    """
    normalised = normalise_header(header)
    if not normalised or normalised in _passing():
        return None
    workers, attributes, totals = _worker_words()
    is_total = totals.are_in(normalised)
    for rule, terms in _rules().items():
        if (rule in NEVER_TOTALS or not is_total) and terms.are_in(normalised):
            return rule
    if not is_total and workers.are_in(normalised) and attributes.are_in(normalised):
        return "worker_record"
    return None
