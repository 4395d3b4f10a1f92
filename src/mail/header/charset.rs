//! Bytes as text: the charset that is named, or the one they are in.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};

/// Bytes of a charset to text, as browsers do it (WHATWG): gb2312 is GB18030, latin1 is windows-1252, UTF-7 is never
/// believed. Without a label, or where the label is plainly wrong, the bytes decide.
pub fn decode_charset(label: Option<&str>, bytes: &[u8]) -> String {
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        // UTF-16 is not ASCII; everything else agrees with it here
        let wide = label.is_some_and(|l| l.to_ascii_lowercase().starts_with("utf-16"));
        if !wide {
            return String::from_utf8_lossy(bytes).into_owned();
        }
    }
    let label = label.map(|l| l.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    let named = label.as_deref().and_then(|l| {
        let plain = match l {
            "gb2312" | "gbk" | "gb_2312-80" | "x-gbk" | "cp936" | "ms936" | "windows-936" | "gb18030-2022"
            | "gb-18030" => "gb18030",
            "utf8mb4" | "utf-8mb4" => "utf-8",
            "cp950" | "ms950" | "x-big5" | "big-5" => "big5",
            "cp1252" | "iso8859-1" => "windows-1252",
            other => other,
        };
        Encoding::for_label(plain.as_bytes())
    });
    let utf8 = std::str::from_utf8(bytes).ok();
    match named {
        // the replacement encoding stands for charsets that are only ever used to attack
        None => match utf8 {
            Some(text) => text.to_owned(),
            None => guess(bytes),
        },
        Some(encoding) if encoding == UTF_8 => match utf8 {
            Some(text) => text.trim_start_matches('\u{feff}').to_owned(),
            None => guess_or(bytes, UTF_8),
        },
        Some(encoding) => {
            let (text, _, broken) = encoding.decode(bytes);
            match utf8 {
                // UTF-8 under another name: valid multi-byte UTF-8 is hardly ever anything else
                Some(right) if broken || encoding.is_single_byte() => right.to_owned(),
                _ if broken => guess_or(bytes, encoding),
                // Clients in China send GBK and call it Latin-1 for want of another default.
                _ if encoding == WINDOWS_1252 && looks_chinese(bytes) => guess_or(bytes, encoding),
                _ => text.into_owned(),
            }
        }
    }
}

/// High bytes stand in pairs, as two-byte characters do; accented letters of European words stand alone between others.
fn looks_chinese(bytes: &[u8]) -> bool {
    let (mut alone, mut paired) = (0usize, 0usize);
    for run in bytes.split(u8::is_ascii).filter(|run| !run.is_empty()) {
        if run.len() % 2 == 0 { paired += run.len() } else { alone += run.len() }
    }
    paired >= 8 && paired > alone * 4
}

fn guess_or(bytes: &[u8], otherwise: &'static Encoding) -> String {
    for encoding in [GB18030, BIG5] {
        let (text, _, broken) = encoding.decode(bytes);
        if !broken && mostly_common(&text) {
            return text.into_owned();
        }
    }
    otherwise.decode(bytes).0.into_owned()
}

/// Bytes above 127 without a charset: GB18030 or Big5, whichever gives the more ordinary characters.
fn guess(bytes: &[u8]) -> String {
    let (simplified, _, broken_gb) = GB18030.decode(bytes);
    let (traditional, _, broken_big5) = BIG5.decode(bytes);
    match (broken_gb, broken_big5) {
        (false, true) => simplified.into_owned(),
        (true, false) => traditional.into_owned(),
        (false, false) => {
            if commonness(&traditional) > commonness(&simplified) {
                traditional.into_owned()
            } else {
                simplified.into_owned()
            }
        }
        (true, true) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Share of characters above ASCII that daily writing uses, in thousandths.
fn commonness(text: &str) -> usize {
    const DAILY: &str = "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工也能下过過子说說产產种種面而方后後多定行学學法所民得经經十三之进進着著等部度家电電力里如水化高自二理起小物现現实實加量都两兩体體制机機当當使点點从從业業本去把性好应應开開它合还還因由其些然前外天政四日那社义義事平形相全表间間样樣与與关關各重新线線内內数數正心反你明看原又么麼利比或但质質气氣第向道命此变變条條只没沒结結解问問意建月公无無系系军軍很情者最立代想已通并並提直题題党黨程展五果料象员員革位入常文总總次品式活设設及管特件长長求老头頭基资資边邊流路级級少图圖山统統接知较較将將组組见見计計别別她手角期根论論运運农農指几幾九区區强強放决決西被干做必战戰先回则則任取据據处處队隊南给給色光门門即保治北造百规規热熱领領七海口东東导導器压壓志世金增争爭济濟阶階油思术術极極交受联聯什认認六共权權收证證改清美再采採转轉更单單风風切打白教速花带帶安场場身车車例真务務具万萬每目至达達走积積示议議声聲报報完类類八离離华華名确確才科张張信马馬节節话話米整空元况況今集温溫传傳土许許步群广廣石记記需段研界拉林律叫且究观觀越织織装裝影算低持音众眾书書布复複容儿兒须須际際商非验驗连連断斷深难難近矿礦千周週委素技备備半办辦青省列习習响響约約支般史感劳勞便团團往酸历歷市克何除消构構府称稱太准準精值号號率族维維划劃选選标標写寫存候毛亲親快效斯院查江型眼王按格养養易置派层層片始却卻专專状狀育厂廠京识識适適属屬圆圓包火住调調满滿县縣局照参參红紅细細引听聽该該铁鐵价價严嚴";
    let (mut all, mut common) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()).take(400) {
        all += 1;
        if matches!(c, '，' | '。' | '：' | '、' | '（' | '）') || DAILY.contains(c) {
            common += 1;
        }
    }
    (common * 1000).checked_div(all).unwrap_or(0)
}

fn mostly_common(text: &str) -> bool {
    commonness(text) >= 250
}
