// SPDX-License-Identifier: Apache-2.0
#include "runtime/brand_file.h"

#include <charconv>

#include "base/crc32c.h"

namespace banyan::runtime {

namespace {

constexpr std::string_view magic = "banyan data directory";
constexpr int format = 1;
constexpr const char* path = "brand";

std::string hex_of(const codec::JournalId& id) {
    std::string text;
    for (const std::uint8_t byte : id) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

std::optional<codec::JournalId> journal_from(std::string_view text) {
    const auto words = parse_hex128(text);
    if (!words) return std::nullopt;
    codec::JournalId id;
    for (std::size_t i = 0; i < 16; ++i)
        id[i] = static_cast<std::uint8_t>((*words)[i / 8] >> (56 - 8 * (i % 8)));
    return id;
}

std::string body_of(const BrandFile& file) {
    std::string body = std::string(magic) + " " + std::to_string(format) + "\njournal " +
                       hex_of(file.journal) + "\npartitions " + std::to_string(file.partitions) + "\n";
    for (const codec::JournalId& origin : file.origins) body += "origin " + hex_of(origin) + "\n";
    return body;
}

// The rest of the line that starts with `word`, or empty.
std::string_view line_of(std::string_view text, std::string_view word) {
    const auto at = text.find(word);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = text.substr(at + word.size());
    return rest.substr(0, rest.find('\n'));
}

int number(std::string_view text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

Result<void> write_brand_file(Disk& disk, const BrandFile& file) {
    const std::string body = body_of(file);
    return disk.replace(path, body + "check " + std::to_string(crc32c(body)) + "\n");
}

Result<BrandFile> read_brand_file(Disk& disk) {
    auto opened = disk.open(path, Disk::Mode::read);
    if (!opened.ok()) {
        if (opened.error().code == ErrorCode::not_found)
            return Error{ErrorCode::not_found, "there is no brand in this directory yet", path};
        return opened.error();
    }
    const std::string text = TRY((*opened)->read(0, 4096));
    if (text.rfind(magic, 0) != 0)
        return Error{ErrorCode::unsupported, "this is not a Banyan data directory; give another one", path};
    if (const int version = number(line_of(text, std::string(magic) + " ")); version != format)
        return Error{ErrorCode::unsupported,
                     "the data directory has format " + std::to_string(version) +
                         "; this binary reads format 1: use the binary that wrote it, or a newer one",
                     path};
    const auto check = text.find("check ");
    BrandFile file;
    const auto id = journal_from(line_of(text, "journal "));
    const int partitions = number(line_of(text, "partitions "));
    if (check == std::string::npos ||
        line_of(text, "check ") != std::to_string(crc32c(text.substr(0, check))) || !id || partitions < 1 ||
        partitions > 4096)
        return Error::corrupt("the file is damaged; restore it from a backup", path);
    file.journal = *id;
    for (auto at = text.find("origin "); at != std::string::npos; at = text.find("origin ", at + 1)) {
        const auto origin = journal_from(line_of(text.substr(at), "origin "));
        if (!origin) return Error::corrupt("the file is damaged; restore it from a backup", path);
        file.origins.push_back(*origin);
    }
    file.partitions = static_cast<std::uint16_t>(partitions);
    return file;
}

}  // namespace banyan::runtime
