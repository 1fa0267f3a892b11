// SPDX-License-Identifier: Apache-2.0
#include "text/gbk.h"

#include <array>
#include <cerrno>

#include "base/assert.h"

#include <iconv.h>

namespace banyan::text {

GbkDecoder::GbkDecoder() : converter_(iconv_open("UTF-8", "GB18030")) {
    // The C library has this conversion or the program cannot do what it promises.
    ASSERT(converter_ != iconv_t(-1));
}

GbkDecoder::~GbkDecoder() { iconv_close(converter_); }

std::optional<std::size_t> GbkDecoder::append(std::string& out, std::string_view bytes) {
    iconv(converter_, nullptr, nullptr, nullptr, nullptr);
    std::string input(bytes);  // iconv asks for mutable input, though it does not write to it.
    char* from = input.data();
    std::size_t from_left = input.size();
    while (from_left != 0) {
        std::array<char, 1024> buffer{};
        char* to = buffer.data();
        std::size_t to_left = buffer.size();
        const bool done = iconv(converter_, &from, &from_left, &to, &to_left) != static_cast<std::size_t>(-1);
        const int reason = errno;
        out.append(buffer.data(), buffer.size() - to_left);
        if (!done && reason != E2BIG) return input.size() - from_left;
    }
    return std::nullopt;
}

}  // namespace banyan::text
