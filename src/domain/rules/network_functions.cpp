// SPDX-License-Identifier: Apache-2.0

// ip('192.168.0.1'), cidr('10.0.0.0/8'): what an address is and which range it lies in.

#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/network.h"

namespace banyan::rules {

namespace {

Term ip(Arguments a, Context& context) {
    if (a[0].is(Kind::network)) return Term::address_of(a[0].network().substr(0, a[0].network().size() - 1));
    if (a[0].is(Kind::address)) return a[0];
    if (!a[0].is(Kind::string)) return no_overload(context);
    const auto octets = parse_address(a[0].string());
    return octets ? Term::address_of(context.arena.copy(*octets)) : context.fault(Fault::bad_address);
}

Term cidr(Arguments a, Context& context) {
    if (a[0].is(Kind::network)) return a[0];
    if (!a[0].is(Kind::string)) return no_overload(context);
    const auto network = parse_network(a[0].string());
    return network ? Term::network_of(context.arena.copy(*network)) : context.fault(Fault::bad_address);
}

Term is_ip(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    return Term(parse_address(a[0].string()).has_value());
}

Term is_cidr(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    return Term(parse_network(a[0].string()).has_value());
}

Term is_canonical(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    const auto octets = parse_address(a[0].string());
    return octets ? Term(address_text(*octets) == a[0].string()) : context.fault(Fault::bad_address);
}

Term family(Arguments a, Context& context) {
    if (!are(a, {Kind::address})) return no_overload(context);
    return Term(std::int64_t{a[0].address().size() == 4 ? 4 : 6});
}

using Question = bool (*)(std::string_view octets);

template <Question question>
Term asked(Arguments a, Context& context) {
    if (!are(a, {Kind::address})) return no_overload(context);
    return Term(question(a[0].address()));
}

unsigned octet(std::string_view octets, std::size_t n) { return static_cast<unsigned char>(octets[n]); }

bool is_unspecified(std::string_view octets) {
    return octets.find_first_not_of('\0') == std::string_view::npos;
}

bool is_loopback(std::string_view octets) {
    if (octets.size() == 4) return octet(octets, 0) == 127;
    return is_unspecified(octets.substr(0, 15)) && octet(octets, 15) == 1;
}

bool is_link_local_multicast(std::string_view octets) {
    if (octets.size() == 4) return octets.substr(0, 3) == std::string_view("\xE0\0\0", 3);
    return octet(octets, 0) == 0xFF && (octet(octets, 1) & 0x0FU) == 0x02;
}

bool is_link_local_unicast(std::string_view octets) {
    if (octets.size() == 4) return octet(octets, 0) == 169 && octet(octets, 1) == 254;
    return octet(octets, 0) == 0xFE && (octet(octets, 1) & 0xC0U) == 0x80;
}

bool is_multicast(std::string_view octets) {
    return octets.size() == 4 ? (octet(octets, 0) & 0xF0U) == 0xE0 : octet(octets, 0) == 0xFF;
}

bool is_global_unicast(std::string_view octets) {
    return octets != "\xFF\xFF\xFF\xFF" && !is_unspecified(octets) && !is_loopback(octets) &&
           !is_multicast(octets) && !is_link_local_unicast(octets);
}

Term contains_ip(Arguments a, Context& context) {
    if (!a[0].is(Kind::network)) return no_overload(context);
    const Term other = ip(a.subspan(1), context);
    if (other.is_missing()) return other;
    return a[1].is(Kind::network) ? no_overload(context)
                                  : Term(contains_address(a[0].network(), other.address()));
}

Term contains_cidr(Arguments a, Context& context) {
    if (!a[0].is(Kind::network)) return no_overload(context);
    const Term other = cidr(a.subspan(1), context);
    return other.is_missing() ? other : Term(contains_network(a[0].network(), other.network()));
}

Term masked(Arguments a, Context& context) {
    if (!are(a, {Kind::network})) return no_overload(context);
    return Term::network_of(context.arena.copy(masked_network(a[0].network())));
}

Term prefix_length(Arguments a, Context& context) {
    if (!are(a, {Kind::network})) return no_overload(context);
    return Term(std::int64_t{static_cast<unsigned char>(a[0].network().back())});
}

constexpr auto method = Style::method;
constexpr auto global = Style::global;

constexpr std::array table = {
    Function{"ip", global, "string -> ip", ip, "the address; an error when the text is none"},
    Function{"cidr", global, "string -> cidr", cidr, "the range, for instance of 10.0.0.0/8"},
    Function{"isIP", global, "string -> bool", is_ip, "the text is an address"},
    Function{"isCIDR", global, "string -> bool", is_cidr, "the text is a range"},
    Function{"ip.isCanonical", global, "string -> bool", is_canonical,
             "the address is spelled as string(ip(x)) spells it"},
    Function{"family", method, "ip -> int", family, "4 or 6"},
    Function{"isUnspecified", method, "ip -> bool", asked<is_unspecified>, "0.0.0.0 or ::"},
    Function{"isLoopback", method, "ip -> bool", asked<is_loopback>, "127.0.0.0/8 or ::1"},
    Function{"isGlobalUnicast", method, "ip -> bool", asked<is_global_unicast>,
             "one machine, not only of this link"},
    Function{"isLinkLocalMulticast", method, "ip -> bool", asked<is_link_local_multicast>,
             "224.0.0.0/24 or ff02::/16"},
    Function{"isLinkLocalUnicast", method, "ip -> bool", asked<is_link_local_unicast>,
             "169.254.0.0/16 or fe80::/10"},
    Function{"containsIP", method, "cidr, ip -> bool | cidr, string -> bool", contains_ip,
             "the address lies in the range"},
    Function{"containsCIDR", method, "cidr, cidr -> bool | cidr, string -> bool", contains_cidr,
             "the whole other range does"},
    Function{"ip", method, "cidr -> ip", ip, "the range's address as written"},
    Function{"masked", method, "cidr -> cidr", masked, "the range with the bits behind its prefix cleared"},
    Function{"prefixLength", method, "cidr -> int", prefix_length, "the length of the prefix in bits"},
};

}  // namespace

std::span<const Function> network_functions() { return table; }

}  // namespace banyan::rules
