// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/expression.h"

#include <array>

namespace banyan::rules {

std::string_view name_of(Operation operation) {
    static constexpr std::array<std::string_view, 15> names = {"",   "-",  "!", "+",  "-", "*",  "/", "%",
                                                               "==", "!=", "<", "<=", ">", ">=", "in"};
    return names[static_cast<std::size_t>(operation)];
}

Position position_of(std::string_view source, std::size_t offset) {
    Position position;
    for (std::size_t i = 0; i < offset && i < source.size(); ++i) {
        const auto byte = static_cast<unsigned char>(source[i]);
        if (byte == '\n') {
            position = {position.line + 1, 1};
        } else if ((byte & 0xC0U) != 0x80U) {
            ++position.column;  // continuation bytes of UTF-8 belong to the character before
        }
    }
    return position;
}

std::string where(std::string_view source, std::size_t offset) {
    const Position position = position_of(source, offset);
    return std::to_string(position.line) + ':' + std::to_string(position.column);
}

}  // namespace banyan::rules
