//! Tables in text: drawn with bars, pasted from a sheet, aligned by spaces.

use super::super::{Row, Table, char_columns, join_lines};
use super::heading::is_rule;
use super::marker::check_box;
use super::{Line, columns, marker_of, tidy};

/// Lines one quoted cell of a pasted sheet may run over.
const CELL_LINES_MAX: usize = 30;
/// Columns of a table that are read.
const TABLE_COLUMNS_MAX: usize = 64;

// ---------------------------------------------------------------- tables

/// A table beginning at a line and the line behind it; or else the line before which none of this kind begins.
type TableReader = fn(&[Line<'_>], usize) -> Result<(Table, usize), usize>;
pub(super) const TABLE_READERS: [TableReader; 4] = [pipe_table, tab_table, aligned_table, worded_table];
/// Rules in a row within a framed table.
const RULES_MAX: usize = 3;

fn is_pipe(c: char) -> bool {
    matches!(c, '|' | '｜' | '│' | '┃')
}

fn pipe_count(text: &str) -> usize {
    text.chars().filter(|c| is_pipe(*c)).count()
}

/// `|---|:--:|`, `+----+----+`, `├──┼──┤`.
fn is_table_rule(text: &str) -> bool {
    let text = text.trim();
    let mut dashes = 0;
    for c in text.chars() {
        match c {
            '-' | '=' | '─' | '━' | '═' | '—' => dashes += 1,
            '|' | '+' | ':' | ' ' | '\t' | '┼' | '├' | '┤' | '┌' | '┐' | '└' | '┘' | '┬' | '┴' | '│' | '╋' | '┣'
            | '┫' | '┏' | '┓' | '┗' | '┛' | '┳' | '┻' | '╔' | '╗' | '╚' | '╝' | '╠' | '╣' | '╬' | '╦' | '╩' | '║' =>
                {}
            _ => return false,
        }
    }
    dashes >= 2
}

fn is_frame(text: &str) -> bool {
    is_table_rule(text) && text.trim().starts_with(['+', '┌', '├', '└', '┏', '╔', '╠', '╚', '┣', '┗'])
}

fn pipe_cells(text: &str) -> Vec<String> {
    let text = text.trim();
    // ■ 张三｜签订合同｜7月17日: the bullet is no part of the first cell; a box is.
    let text = marker_of(text)
        .filter(|marked| !marked.rest.starts_with(|c| is_pipe(c) || c == '[') && marked.checked.is_none())
        .map_or(text, |marked| marked.rest);
    let text = text.strip_prefix(is_pipe).unwrap_or(text);
    let text = text.strip_suffix(is_pipe).unwrap_or(text);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut escaped = false;
    for c in text.chars() {
        if is_pipe(c) && !escaped {
            cells.push(tidy(&cell));
            cell.clear();
        } else {
            if c == '|' && escaped {
                cell.pop();
            }
            cell.push(c);
        }
        escaped = c == '\\';
        if cells.len() >= TABLE_COLUMNS_MAX {
            break;
        }
    }
    cells.push(tidy(&cell));
    for cell in &mut cells {
        if cell.contains("<br") {
            *cell = cell.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n");
        }
    }
    cells
}

fn pipe_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let text = |i: usize| lines.get(i).map(|l| l.text.trim()).unwrap_or_default();
    let first = text(from);
    let framed = is_frame(first);
    let none = Err(from + 1);
    let first_pipes = pipe_count(first);
    if !framed && (first_pipes == 0 || first_pipes == 1 && !is_table_rule(text(from + 1))) {
        return none;
    }
    let mut table = Table::default();
    let mut i = from;
    let mut seen_rule = false;
    let mut rules = 0;
    let mut pipes = 0;
    while i < lines.len() {
        let line = text(i);
        if line.is_empty() {
            // A mail program may have doubled the line ends.
            if pipe_count(text(i + 1)) >= 2 && pipe_count(text(i + 1)) == pipes && text(i + 1).starts_with(is_pipe) {
                i += 1;
                continue;
            }
            break;
        }
        let crossed = |c: char| {
            matches!(c, '+' | '┼' | '┬' | '┴' | '├' | '┌' | '└' | '╋' | '╬' | '╠' | '╔' | '╚' | '┏' | '┗' | '┣')
        };
        if is_table_rule(line) && line.contains(|c| is_pipe(c) || crossed(c)) {
            rules += 1;
            if rules > RULES_MAX {
                break;
            }
            if table.rows.len() == 1 && !seen_rule {
                table.header = Some(0);
                seen_rule = true;
            }
            i += 1;
            continue;
        }
        let count = pipe_count(line);
        if count == 0 || (pipes > 0 && count.abs_diff(pipes) > 1 && !line.starts_with(is_pipe)) {
            break;
        }
        if pipes == 0 {
            pipes = count;
        }
        let cells = pipe_cells(line);
        // In a frame, rows with no rule between them and an empty cell are lines of one row.
        let carries_on = framed
            && rules == 0
            && cells.iter().any(String::is_empty)
            && table.rows.last().is_some_and(|row| row.cells.len() == cells.len());
        rules = 0;
        if carries_on && let Some(above) = table.rows.last_mut() {
            for (cell, more) in above.cells.iter_mut().zip(&cells) {
                join_lines(cell, more);
            }
            join_lines(&mut above.line, line);
        } else {
            table.rows.push(Row { cells, line: line.to_owned() });
        }
        i += 1;
    }
    let enough = table.rows.len() >= 2 || (seen_rule && !table.rows.is_empty());
    let columns_known = seen_rule || pipes >= 2 || (framed && pipes >= 1);
    if !enough || !columns_known || table.rows.first().is_none_or(|row| row.cells.len() < 2) {
        return Err(i.max(from + 1));
    }
    part_boxes(&mut table);
    even_out(&mut table);
    Ok((table, i))
}

/// `[√] 唐薇 | 导出账单 | 3月2日`: boxes at the head of all rows, or of all but the head, are a column of their own.
fn part_boxes(table: &mut Table) {
    let split = |row: &Row| {
        let first = row.cells.first()?;
        let (_, rest) = check_box(first)?;
        let words = rest.trim();
        let sign = first.get(..first.len() - rest.len())?.trim();
        (!words.is_empty()).then(|| (sign.to_owned(), words.to_owned()))
    };
    let parted: Vec<Option<(String, String)>> = table.rows.iter().map(split).collect();
    let boxed = parted.iter().flatten().count();
    let headed = boxed > 0 && boxed + 1 == parted.len() && parted.first().is_some_and(Option::is_none);
    if boxed != parted.len() && !headed {
        return;
    }
    for (row, parts) in table.rows.iter_mut().zip(parted) {
        let (sign, words) = parts.unwrap_or_else(|| (String::new(), row.cells.first().cloned().unwrap_or_default()));
        if let Some(first) = row.cells.first_mut() {
            *first = words;
        }
        row.cells.insert(0, sign);
    }
}

fn even_out(table: &mut Table) {
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).min(TABLE_COLUMNS_MAX);
    for row in &mut table.rows {
        row.cells.resize(width, String::new());
    }
}

/// Rows pasted from a sheet: cells with tabs between them.
fn tab_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let first = lines.get(from).map(|l| l.text).unwrap_or_default();
    let tabs = first.trim_start_matches([' ', '\u{3000}']).matches('\t').count();
    if tabs == 0 || !first.trim().contains('\t') {
        return Err(from + 1);
    }
    let mut table = Table::default();
    let mut i = from;
    while let Some(line) = lines.get(i) {
        let text = line.text;
        if text.trim().is_empty() {
            // Doubled line ends between rows of a broad table.
            let next = lines.get(i + 1).map(|l| l.text).unwrap_or_default();
            if tabs >= 2 && next.matches('\t').count() == tabs {
                i += 1;
                continue;
            }
            break;
        }
        if !text.contains('\t') {
            break;
        }
        let (cells, end, raw) = tab_cells(lines, i);
        table.rows.push(Row { cells, line: raw });
        i = end;
    }
    if table.rows.len() < 2 {
        return Err(i.max(from + 1));
    }
    // Word's lists put a tab behind the marker, and forms one behind the label: those are lines, not rows.
    let marker_only = |cell: &String| {
        let cell = cell.trim();
        cell.is_empty() || marker_of(&format!("{cell} x")).is_some_and(|m| m.rest.trim() == "x")
    };
    let two = table.rows.iter().all(|row| row.cells.iter().filter(|c| !c.is_empty()).count() <= 2);
    if two && table.rows.iter().all(|row| row.cells.first().is_some_and(marker_only)) {
        return Err(i.max(from + 1));
    }
    if two
        && table
            .rows
            .iter()
            .all(|row| row.cells.iter().find(|c| !c.is_empty()).is_some_and(|c| c.ends_with([':', '：'])))
    {
        return Err(i.max(from + 1));
    }
    even_out(&mut table);
    Ok((table, i))
}

/// The cells of the row at `from`; a cell in quotation marks may run over several lines.
fn tab_cells(lines: &[Line<'_>], from: usize) -> (Vec<String>, usize, String) {
    let mut cells = Vec::new();
    let mut raw = String::new();
    let mut i = from;
    let mut open: Option<String> = None;
    while let Some(line) = lines.get(i) {
        if i > from {
            raw.push(' ');
        }
        raw.push_str(line.text.trim_end());
        for (k, piece) in line.text.split('\t').enumerate() {
            match open.take() {
                Some(mut cell) => {
                    cell.push(if k == 0 { '\n' } else { '\t' });
                    cell.push_str(piece);
                    if piece.trim_end().ends_with('"') {
                        cells.push(unquote(&cell));
                    } else {
                        open = Some(cell);
                    }
                }
                None => {
                    let trimmed = piece.trim();
                    let quoted = trimmed.starts_with('"') && (trimmed.len() == 1 || !trimmed.ends_with('"'));
                    if quoted && closes_quote(lines, i) {
                        open = Some(piece.to_owned());
                    } else {
                        cells.push(unquote(piece));
                    }
                }
            }
        }
        i += 1;
        if open.is_none() || i - from >= CELL_LINES_MAX {
            break;
        }
    }
    if let Some(cell) = open {
        cells.push(unquote(&cell));
    }
    cells.truncate(TABLE_COLUMNS_MAX);
    (cells, i, raw.trim().to_owned())
}

/// Whether one of the next lines has a closing quotation mark before a tab or at its end.
fn closes_quote(lines: &[Line<'_>], at: usize) -> bool {
    lines
        .iter()
        .skip(at + 1)
        .take(CELL_LINES_MAX)
        .take_while(|l| !l.text.trim().is_empty() || l.text.contains('"'))
        .any(|l| l.text.contains("\"\t") || l.text.trim_end().ends_with('"'))
}

fn unquote(cell: &str) -> String {
    let cell = cell.trim();
    let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
    match inner {
        Some(inner) => tidy(&inner.replace("\"\"", "\"")),
        None => tidy(cell),
    }
}

/// A cell of a line whose columns are set apart by blanks: its text and its first and last screen column.
struct Cell<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// Pieces with at least two blanks (or a full-width one) between them.
fn gap_cells(text: &str) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut column = 0;
    let mut start: Option<(usize, usize)> = None;
    // Bytes and columns where the last word ended, and blanks since.
    let mut end = (0, 0);
    let mut blanks = 0;
    for (at, c) in text.char_indices() {
        let blank = matches!(c, ' ' | '\u{a0}' | '\u{3000}');
        if blank {
            blanks += if c == '\u{3000}' { 2 } else { 1 };
        } else {
            if blanks >= 2
                && let Some((from, from_column)) = start.take()
            {
                cells.push(Cell { text: text.get(from..end.0).unwrap_or_default(), start: from_column, end: end.1 });
            }
            blanks = 0;
            start.get_or_insert((at, column));
            end = (at + c.len_utf8(), column + char_columns(c));
        }
        column += char_columns(c);
    }
    if let Some((from, from_column)) = start {
        cells.push(Cell { text: text.get(from..end.0).unwrap_or_default(), start: from_column, end: end.1 });
    }
    cells
}

/// A table whose columns are lined up with blanks.
fn aligned_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let first = lines.get(from).map(|l| l.text).unwrap_or_default();
    if !(first.contains("  ") || first.contains('\u{3000}')) {
        return Err(from + 1);
    }
    let header = gap_cells(first);
    let width = header.len();
    if !(2..=TABLE_COLUMNS_MAX).contains(&width) {
        return Err(from + 1);
    }
    // Lines of labels (`主持人：张三  记录人：李四`) and sentences are no header.
    if header.iter().any(|cell| cell.text.contains(['：', ':', '。', '；', ';']) || columns(cell.text) > 24) {
        return Err(from + 1);
    }
    let mut table = Table {
        header: None,
        rows: vec![Row { cells: header.iter().map(|c| tidy(c.text)).collect(), line: first.trim().to_owned() }],
    };
    let mut i = from + 1;
    let mut exact = 0;
    while let Some(line) = lines.get(i) {
        let text = line.text;
        if text.trim().is_empty() {
            break;
        }
        if is_table_rule(text) || is_rule(text) {
            if table.rows.len() == 1 {
                table.header = Some(0);
            }
            i += 1;
            continue;
        }
        let cells = gap_cells(text);
        if cells.len() < 2 || cells.len() > width {
            break;
        }
        let mut row = vec![String::new(); width];
        if cells.len() == width {
            exact += 1;
            for (slot, cell) in row.iter_mut().zip(&cells) {
                *slot = tidy(cell.text);
            }
        } else {
            for cell in &cells {
                // The column whose head it overlaps, or whose start is nearest.
                let best = header.iter().enumerate().min_by_key(|(_, head)| {
                    if cell.start < head.end && head.start < cell.end { 0 } else { head.start.abs_diff(cell.start) + 1 }
                });
                if let Some((at, _)) = best
                    && let Some(slot) = row.get_mut(at)
                {
                    join_lines(slot, &tidy(cell.text));
                }
            }
        }
        table.rows.push(Row { cells: row, line: text.trim().to_owned() });
        i += 1;
    }
    let rows = table.rows.len() - 1;
    // Two columns happen by accident; three hardly do.
    let enough = if width == 2 {
        (rows >= 2 && exact == rows) || (table.header.is_some() && exact > 0)
    } else {
        rows >= 1 && exact > 0
    };
    if enough { Ok((table, i)) } else { Err(i) }
}

/// Words that head the columns of a table of work and hardly stand beside one another else.
#[rustfmt::skip]
const COLUMN_HEADS: &[&str] = &[
    "序号", "编号", "事项", "任务", "任务名称", "工作", "内容", "工作内容", "任务内容", "工作事项", "待办", "待办事项", "行动项", "事由", "措施", "整改措施",
    "负责人", "责任人", "人", "人员", "谁", "承办人", "牵头人", "经办人", "执行人", "跟进人", "主责人", "责任部门", "负责部门", "部门", "配合", "配合部门", "协办",
    "时间", "日期", "期限", "时限", "截止", "截止时间", "截止日期", "完成时间", "完成日期", "完成时限", "完成期限", "节点", "何时", "什么时候", "状态", "进度",
    "备注", "交付物", "成果", "输出物", "負責人", "責任人", "任務", "時間", "截止時間", "完成時間", "狀態", "進度", "備註",
];

/// 事项 人 时间 over lines of as many words: a table typed with single blanks, or commas, known by its head alone.
fn worded_table(lines: &[Line<'_>], from: usize) -> Result<(Table, usize), usize> {
    let comma = lines.get(from).is_some_and(|l| l.text.matches([',', '，']).count() >= 2);
    let words = |at: usize| -> Vec<&str> {
        let text = lines.get(at).map(|l| l.text.trim()).unwrap_or_default();
        if comma {
            text.split([',', '，']).take(TABLE_COLUMNS_MAX).map(str::trim).collect()
        } else {
            text.split_whitespace().take(TABLE_COLUMNS_MAX).collect()
        }
    };
    // Most lines begin with no such word.
    let first = lines.get(from).and_then(|line| line.text.split_whitespace().next());
    if !first.is_some_and(|first| COLUMN_HEADS.contains(&first)) {
        return Err(from + 1);
    }
    let head = words(from);
    if !(3..=8).contains(&head.len()) || !head.iter().all(|word| COLUMN_HEADS.contains(word)) {
        return Err(from + 1);
    }
    let row = |at: usize, words: &[&str]| Row {
        cells: words.iter().map(|word| (*word).to_owned()).collect(),
        line: lines.get(at).map(|l| l.text.trim().to_owned()).unwrap_or_default(),
    };
    let mut table = Table { header: Some(0), rows: vec![row(from, &head)] };
    let mut i = from + 1;
    while i < lines.len() {
        let cells = words(i);
        if cells.len() != head.len() {
            break;
        }
        table.rows.push(row(i, &cells));
        i += 1;
    }
    if table.rows.len() < 2 { Err(i) } else { Ok((table, i)) }
}
