//! The pictures of a report: burn-down, on-time rate, load of people. Drawn larger than they are shown, so that they are
//! sharp on every screen; on white, so that they can be read in dark mode. What cannot be drawn is a number, and the
//! table below the picture says which name it stands for.

mod canvas;
mod letters;

use crate::domain::report::{Burn, Chart, Load, OnTime, figures};
use canvas::{Canvas, Colour};
use chrono::{Datelike, NaiveDate};

const INK: Colour = [0x1f, 0x29, 0x37];
const QUIET: Colour = [0x6b, 0x72, 0x80];
const GRID: Colour = [0xe5, 0xe7, 0xeb];
const BLUE: Colour = [0x2f, 0x6f, 0xed];
const GREY: Colour = [0x9c, 0xa3, 0xaf];
const GREEN: Colour = [0x2e, 0x9e, 0x5b];
const AMBER: Colour = [0xe0, 0x9f, 0x1f];
const RED: Colour = [0xd6, 0x45, 0x45];

/// Pixels. Shown 560 wide, or as wide as a phone: the words are large enough for both.
const WIDTH: usize = 880;
const HEIGHT: usize = 360;
const LEFT: usize = 64;
const RIGHT: usize = 32;
const TOP: usize = 56;
const BOTTOM: usize = 44;
/// A line of the load picture.
const PERSON: usize = 44;
const NAME: usize = 200;

/// The picture as PNG; words in the reader's language.
pub fn png(chart: &Chart, language: &str) -> Vec<u8> {
    let chinese = language.starts_with("zh");
    match chart {
        Chart::BurnDown(burn) => burn_down(burn, chinese),
        Chart::OnTime(weeks) => on_time(weeks, chinese),
        Chart::Load(people) => load(people, chinese),
    }
    .png()
}

fn day(day: NaiveDate) -> String {
    format!("{}/{}", day.month(), day.day())
}

/// The next number whose quarters are round.
fn ceiling(highest: usize) -> usize {
    let mut step = 1;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            if step * factor * 4 >= highest {
                return step * factor * 4;
            }
        }
        step *= 10;
    }
}

/// Lines and numbers to read the height of something by.
fn grid(canvas: &mut Canvas, top: usize, unit: &str) {
    let bottom = HEIGHT - BOTTOM;
    for quarter in 0..=4 {
        let y = bottom - (bottom - TOP) * quarter / 4;
        canvas.bar(LEFT, y, WIDTH - LEFT - RIGHT, 2, GRID);
        canvas.words_before(LEFT - 10, y.saturating_sub(12), &format!("{}{unit}", top * quarter / 4), QUIET);
    }
}

/// A short line or square of a colour and what it stands for; where the next one begins.
fn legend(canvas: &mut Canvas, x: usize, colour: Colour, dash: f32, words: &str) -> usize {
    let y = 24.0;
    canvas.line((x as f32, y), (x as f32 + 44.0, y), 6.0, colour, dash);
    canvas.words(x + 54, 11, words, INK);
    x + 54 + letters::width(words) + 40
}

fn burn_down(burn: &Burn, chinese: bool) -> Canvas {
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    let highest = burn.plan.iter().chain(&burn.left).copied().max().unwrap_or(0);
    let top = ceiling(highest.max(1));
    grid(&mut canvas, top, "");
    let (left, plan) = if chinese { ("剩余任务", "按计划应剩余") } else { ("tasks left", "left by plan") };
    let x = legend(&mut canvas, LEFT, BLUE, 0.0, left);
    legend(&mut canvas, x, GREY, 9.0, plan);

    // Working days stand one beside the other, however many days off lie between.
    let length = burn.days.len().saturating_sub(1).max(1) as f32;
    let (room_x, room_y) = ((WIDTH - LEFT - RIGHT) as f32, (HEIGHT - TOP - BOTTOM) as f32);
    let place = |at: usize, value: usize| {
        let x = LEFT as f32 + room_x * at as f32 / length;
        let y = (HEIGHT - BOTTOM) as f32 - room_y * value as f32 / top as f32;
        (x, y)
    };
    let path = |canvas: &mut Canvas, values: &[usize], thick: f32, colour: Colour, dash: f32| {
        let points: Vec<(f32, f32)> = values.iter().enumerate().map(|(at, value)| place(at, *value)).collect();
        for pair in points.windows(2) {
            if let [from, to] = pair {
                canvas.line(*from, *to, thick, colour, dash);
            }
        }
        points.last().copied()
    };
    path(&mut canvas, &burn.plan, 4.0, GREY, 9.0);
    let end = path(&mut canvas, &burn.left, 6.0, BLUE, 0.0);
    if let (Some((x, y)), Some(value)) = (end, burn.left.last()) {
        canvas.dot((x, y), 9.0, BLUE);
        let words = value.to_string();
        let up = if y > (TOP + 40) as f32 { y as usize - 38 } else { y as usize + 14 };
        canvas.words_around(x as usize + 18, up, &words, INK);
    }
    let mut free = 0;
    let step = burn.days.len().div_ceil(8).max(1);
    for (at, one) in burn.days.iter().enumerate() {
        let words = day(*one);
        let x = place(at, 0).0 as usize;
        let from = x.saturating_sub(letters::width(&words) / 2);
        let wanted = at % step == 0 || at + 1 == burn.days.len() || at + 1 == burn.left.len();
        if wanted && from >= free {
            canvas.words_around(x, HEIGHT - BOTTOM + 12, &words, QUIET);
            free = from + letters::width(&words) + 16;
        }
    }
    canvas
}

fn on_time(weeks: &[OnTime], chinese: bool) -> Canvas {
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    grid(&mut canvas, 100, "%");
    let words =
        if chinese { "按时完成率 (按到期的那一周)" } else { "done on time, by the week it was due" };
    canvas.words(LEFT, 11, words, INK);
    let room = (WIDTH - LEFT - RIGHT) / weeks.len().max(1);
    let bar = room.min(150) * 3 / 5;
    for (at, week) in weeks.iter().enumerate() {
        let percent = usize::from(figures::percent(week.on_time, week.due).unwrap_or(0));
        let middle = LEFT + room * at + room / 2;
        let height = ((HEIGHT - TOP - BOTTOM) * percent / 100).max(3);
        let colour = match percent {
            80.. => GREEN,
            50.. => AMBER,
            _ => RED,
        };
        let y = HEIGHT - BOTTOM - height;
        canvas.bar(middle - bar / 2, y, bar, height, colour);
        let label = format!("{}/{}", week.on_time, week.due);
        let above = y >= TOP + 30;
        canvas.words_around(
            middle,
            if above { y - 30 } else { y + 8 },
            &label,
            if above { INK } else { [255, 255, 255] },
        );
        let name = if chinese { format!("{}周", day(week.week)) } else { day(week.week) };
        canvas.words_around(middle, HEIGHT - BOTTOM + 12, &name, QUIET);
    }
    canvas
}

fn load(people: &[Load], chinese: bool) -> Canvas {
    let mut canvas = Canvas::new(WIDTH, TOP + PERSON * people.len() + 12);
    let (open, late) = if chinese { ("未完成", "其中逾期") } else { ("open", "of these late") };
    let x = legend(&mut canvas, NAME + 16, BLUE, 0.0, open);
    legend(&mut canvas, x, RED, 0.0, late);
    let most = people.iter().map(|one| one.open).max().unwrap_or(1).max(1);
    let room = WIDTH - NAME - 16 - RIGHT - 60;
    for (at, one) in people.iter().enumerate() {
        let y = TOP + PERSON * at;
        let name = if letters::can_draw(&one.name) { letters::fitted(&one.name, NAME) } else { format!("#{}", at + 1) };
        canvas.words_before(NAME, y + 6, &name, INK);
        let wide = (room * one.open / most).max(3);
        canvas.bar(NAME + 16, y + 4, wide, 28, BLUE);
        canvas.bar(NAME + 16, y + 4, wide * one.late / one.open.max(1), 28, RED);
        canvas.words(NAME + 16 + wide + 12, y + 6, &one.open.to_string(), INK);
    }
    canvas
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::io::Read;

    fn burn() -> Burn {
        let days: Vec<NaiveDate> = (2..=20).map(|d| NaiveDate::from_ymd_opt(2026, 3, d).unwrap()).collect();
        let plan = (0..19).map(|n| 18 - n).collect();
        Burn { days, plan, left: vec![18, 18, 17, 15, 15, 15, 15, 12] }
    }

    fn people() -> Vec<Load> {
        let one = |name: &str, open, late| Load { name: name.into(), open, late, ..Load::default() };
        vec![one("欧阳娜娜", 12, 3), one("Christopher Montgomery-Smith", 7, 0), one("黄喆", 2, 2)]
    }

    #[test]
    fn a_png_is_whole() {
        let bytes = png(&Chart::BurnDown(burn()), "zh-CN");
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"IEND\xaeB`\x82"));
        let size = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!((size(16), size(20)), (WIDTH, HEIGHT));
        let mut lines = Vec::new();
        let data = &bytes[41..41 + size(33)];
        flate2::read::ZlibDecoder::new(data).read_to_end(&mut lines).unwrap();
        assert_eq!(lines.len(), HEIGHT * (WIDTH * 3 + 1));
        assert!(bytes.len() < 40_000, "{} octets", bytes.len());
    }

    #[test]
    fn what_is_late_is_red_and_as_wide_as_its_part() {
        let canvas = load(&people(), true);
        let y = TOP + 18;
        let red = (0..canvas.width).filter(|x| canvas.pixel(*x, y) == RED).count();
        let blue = (0..canvas.width).filter(|x| canvas.pixel(*x, y) == BLUE).count();
        assert_eq!(red * 3, blue, "3 of 12");
        // The line of nobody late has none.
        assert!((0..canvas.width).all(|x| canvas.pixel(x, y + PERSON) != RED));
    }

    #[test]
    fn axes_end_at_round_numbers() {
        let tops: Vec<usize> = [1, 4, 5, 17, 81, 999, 5000].into_iter().map(ceiling).collect();
        assert_eq!(tops, [4, 4, 8, 20, 120, 1200, 8000]);
    }
}
