// SPDX-License-Identifier: Apache-2.0
#include "text/csv.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan::text {
namespace {

// Everything a reader says about a text, one line a row: "line@offset a|b|c" or "! where: message".
std::string read_all(std::string_view bytes, const CsvFormat& format = {},
                     std::size_t step = std::string_view::npos) {
    MemorySource source(bytes, step);
    CsvReader reader(source, format);
    std::string out;
    CsvRow row;
    while (true) {
        const auto more = reader.next(row);
        if (!more.ok()) {
            EXPECT_EQ(more.error().code, ErrorCode::invalid);
            out += "! " + more.error().text() + " <" + std::string(reader.record()) + ">\n";
            continue;
        }
        if (!*more) return out;
        out += std::to_string(row.line) + "@" + std::to_string(row.offset) + " ";
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            out += (i == 0 ? "" : "|") + std::string(row.cells[i]);
        out += "\n";
    }
}

TEST(Csv, RowsOfCellsWithTheirPlace) {
    EXPECT_EQ(read_all("a,b,c\n1,,3\r\n\n x ,,\n"), "1@0 a|b|c\n2@6 1||3\n4@13  x ||\n");
    EXPECT_EQ(read_all("a,b"), "1@0 a|b\n");
    EXPECT_EQ(read_all(""), "");
    EXPECT_EQ(read_all("\n\r\n\n"), "");
    EXPECT_EQ(read_all(","), "1@0 |\n");
    EXPECT_EQ(read_all("a,b,"), "1@0 a|b|\n");
}

TEST(Csv, QuotesHoldSeparatorsNewlinesAndQuotes) {
    EXPECT_EQ(read_all("1,\"a,b\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",x\n3,\"\"\n"),
              "1@0 1|a,b|say \"hi\"\n2@21 two\r\nlines|x\n4@36 3|\n");
    EXPECT_EQ(read_all("6\" tray,\"\"\"q\"\"\"\n"), "1@0 6\" tray|\"q\"\n");
}

TEST(Csv, AByteOrderMarkIsNoPartOfTheFirstCell) {
    EXPECT_EQ(read_all("\xEF\xBB\xBFid,名\n", {}, 1), "1@3 id|名\n");
}

TEST(Csv, AnySeparatorAndRunsOfBlanks) {
    EXPECT_EQ(read_all("a;b\tc\n", {.separator = ';'}), "1@0 a|b\tc\n");
    EXPECT_EQ(read_all("a\tb\n", {.separator = '\t'}), "1@0 a|b\n");
    EXPECT_EQ(read_all(" id  date \r\n\r\n 00001\t19970101   1  11.77\r\n", {.columns = Columns::blanks}),
              "1@0 id|date\n3@14 00001|19970101|1|11.77\n");
}

TEST(Csv, GbkBecomesUtf8AndItsSecondBytesAreNoSeparators) {
    // 名字,积分|  with a character whose second byte is '|' (0x8C 0x7C = 寍).
    EXPECT_EQ(read_all("\xC3\xFB\xD7\xD6|\x8C\x7C|\"\xBB\xFD\"\"\xB7\xD6\"\n",
                       {.separator = '|', .encoding = Encoding::gbk}),
              "1@0 名字|寍|积\"分\n");
    EXPECT_EQ(read_all("a,\xC3\nb,c\n", {.encoding = Encoding::gbk}),
              "! line 1, column 2: the cell is not valid GBK <a,\xC3>\n2@4 b|c\n");
}

TEST(Csv, ABadRowIsNamedAndTheNextIsRead) {
    EXPECT_EQ(read_all("a,\"b\" c,d\ne,f\n"),
              "! line 1, column 2: text follows the closing quote; double a quote inside a cell <a,\"b\" "
              "c,d>\n2@10 e|f\n");
    EXPECT_EQ(
        read_all("a,b\n\xFF,c\nd,e\n"),
        "1@0 a|b\n! line 2, column 1: the cell is not valid UTF-8; if the file is GBK, say so in the mapping "
        "<\xFF,c>\n3@8 d|e\n");
}

TEST(Csv, AnUnclosedQuoteCostsOneLine) {
    EXPECT_EQ(
        read_all("a,\"b\nc,d\ne,f\n"),
        "! line 1, column 2: the quote that opens here is not closed; double a quote inside a cell <a,\"b>\n"
        "2@5 c|d\n3@9 e|f\n");
}

TEST(Csv, ARowBeyondTheBoundIsSkippedAndNotKept) {
    const CsvFormat format{.record_bytes = 8};
    EXPECT_EQ(read_all("12345678\n123456789\n1,2\n", format),
              "1@0 12345678\n! line 2: the row is longer than 8 bytes <12345678>\n3@19 1|2\n");
    EXPECT_EQ(read_all("12345678\r\n1\n", format), "1@0 12345678\n2@10 1\n");
    EXPECT_EQ(read_all("\"1\n2\n3\n4\n5\n6\n", format),
              "! line 1: the row is longer than 8 bytes <\"1>\n2@3 2\n3@5 3\n4@7 4\n5@9 5\n6@11 6\n");
}

// However the bytes arrive, the rows are the same; and what is written as CSV reads back.
TEST(Csv, RowsDoNotDependOnHowTheBytesArrive) {
    const auto check = [] {
        const std::vector<std::string> pieces = {"a",    ",",  "\"",   "\n", "\r\n", "\r",
                                                 "\"\"", "树", "\xFF", " ",  "bc,"};
        std::string text;
        for (const auto index :
             *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, pieces.size())))
            text += pieces[index];
        const CsvFormat format{.columns = *rc::gen::element(Columns::separated, Columns::blanks),
                               .record_bytes = *rc::gen::element<std::size_t>(4, 16, 1000)};
        RC_ASSERT(read_all(text, format) == read_all(text, format, 1));
        RC_ASSERT(read_all(text, format) == read_all(text, format, 3));
    };
    EXPECT_TRUE(rc::check("rows do not depend on chunks", check));
}

TEST(Csv, WhatIsWrittenAsCsvReadsBack) {
    const auto check = [] {
        const auto rows = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::vector<std::string>>>(
            rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
                rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' '))))));
        std::string text;
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                text += i == 0 ? "\"" : ",\"";
                for (const char c : row[i]) text += c == '"' ? "\"\"" : std::string(1, c);
                text += '"';
            }
            text += "\r\n";
        }
        MemorySource source(text, 7);
        CsvReader reader(source, {});
        CsvRow row;
        for (const auto& expected : rows) {
            const auto more = reader.next(row);
            RC_ASSERT(more.ok() && *more);
            RC_ASSERT(std::vector<std::string>(row.cells.begin(), row.cells.end()) == expected);
        }
        RC_ASSERT(!*reader.next(row));
    };
    EXPECT_TRUE(rc::check("csv round trip", check));
}

TEST(Lines, BlankOnesAreSkippedAndLongOnesRefused) {
    const auto read = [](std::string_view bytes, std::size_t step) {
        MemorySource source(bytes, step);
        LineReader reader(source, 8);
        std::string out;
        Line line;
        while (true) {
            const auto more = reader.next(line);
            if (!more.ok())
                out += "! " + more.error().text() + "\n";
            else if (!*more)
                return out;
            else
                out += std::to_string(line.number) + "@" + std::to_string(line.offset) + " " +
                       std::string(line.text) + "\n";
        }
    };
    for (const std::size_t step : {std::size_t{1}, std::size_t{5}, std::size_t{1000}}) {
        EXPECT_EQ(read("\xEF\xBB\xBF{1}\r\n\n  \n12345678\r\n123456789\nend", step),
                  "1@3 {1}\n4@12 12345678\n! line 5: the line is longer than 8 bytes; split it\n6@32 end\n");
        EXPECT_EQ(read("", step), "");
        EXPECT_EQ(read("1234567890123", step), "! line 1: the line is longer than 8 bytes; split it\n");
    }
}

}  // namespace
}  // namespace banyan::text
