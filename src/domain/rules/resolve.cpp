// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/resolve.h"

#include <optional>

namespace banyan::rules {

namespace {

using To = Reference::To;

std::optional<Kind> type_named(std::string_view path) {
    for (auto kind = std::uint16_t{0}; kind <= static_cast<std::uint16_t>(Kind::network); ++kind) {
        if (name_of(static_cast<Kind>(kind)) == path) return static_cast<Kind>(kind);
    }
    return std::nullopt;
}

class Resolver {
  public:
    Resolver(const Expression& expression, const Schema& schema)
        : source_(expression), schema_(schema), references_(expression.node_count()) {}

    std::vector<Reference> run() {
        walk(source_.root());
        return std::move(references_);
    }

  private:
    struct Local {
        std::string_view name;
        NodeId binder;
        std::uint32_t part;
    };

    // Recursion is bounded by depth_max of the parser.
    void walk(NodeId id) {
        const Node& node = source_.node(id);
        switch (node.kind) {
            case NodeKind::name: return path(id);
            case NodeKind::select:
            case NodeKind::has: return path(id);
            case NodeKind::call: return call(id);
            case NodeKind::method: return method(id);
            case NodeKind::comprehension:
            case NodeKind::bind: return binder(id);
            case NodeKind::block: return block(id);
            case NodeKind::block_index: return block_index(id);
            default: return walk_children(id);
        }
    }
    void walk_children(NodeId id, std::size_t first = 0) {
        for (const NodeId child : source_.children(id).subspan(first)) walk(child);
    }

    [[nodiscard]] const Local* local(std::string_view name) const {
        for (auto found = locals_.rbegin(); found != locals_.rend(); ++found) {
            if (found->name == name) return &*found;
        }
        return nullptr;
    }
    [[nodiscard]] const Local* local_root(NodeId id) const {
        while (source_.node(id).kind != NodeKind::name) id = source_.children(id)[0];
        return local(source_.text(id));
    }

    // Tries the path in the container, then in what is around the container, then alone; ".a" alone only.
    template <typename Find>
    auto find_in_container(std::string_view path, Find find) const {
        if (path.starts_with('.')) return find(std::string(path.substr(1)));
        for (std::string_view around = schema_.container(); !around.empty();) {
            if (auto found = find(std::string(around) + "." + std::string(path))) return found;
            const std::size_t dot = around.rfind('.');
            around = dot == std::string_view::npos ? std::string_view() : around.substr(0, dot);
        }
        return find(std::string(path));
    }

    [[nodiscard]] std::optional<Reference> declared(std::string_view path) const {
        return find_in_container(path, [this](const std::string& name) -> std::optional<Reference> {
            if (const auto slot = schema_.find(name)) return Reference{.to = To::slot, .index = *slot};
            if (const auto kind = type_named(name))
                return Reference{.to = To::type, .index = static_cast<std::uint32_t>(*kind)};
            return std::nullopt;
        });
    }

    // A name, a.b.c or has(a.b.c).
    void path(NodeId id) {
        const std::string whole = path_of(source_, id);
        if (whole.empty()) return walk_children(id);
        if (const Local* found = local_root(id)) {
            if (source_.node(id).kind != NodeKind::name) return walk_children(id);
            references_[id] = {.to = To::local, .index = found->binder, .part = found->part};
            return;
        }
        if (const auto found = declared(whole)) {
            // Whether a type has a field is no question; what it is the field of is asked below.
            if (source_.node(id).kind != NodeKind::has || found->to == To::slot) references_[id] = *found;
            return;
        }
        if (source_.node(id).kind != NodeKind::name && some_prefix_is_declared(id)) return walk_children(id);
        references_[id] = {.to = To::unknown};
    }

    [[nodiscard]] bool some_prefix_is_declared(NodeId id) const {
        while (source_.node(id).kind != NodeKind::name) {
            id = source_.children(id)[0];
            if (declared(path_of(source_, id))) return true;
        }
        return false;
    }

    [[nodiscard]] std::optional<Reference> function(std::string_view name, Style style,
                                                    std::size_t count) const {
        return find_in_container(name, [&](const std::string& candidate) -> std::optional<Reference> {
            if (const Function* found = find_function(candidate, style, count))
                return Reference{.to = To::function, .function = found};
            if (const Schema::Declared* found = schema_.find_function(candidate, style))
                return Reference{.to = To::declared, .declared = found};
            return std::nullopt;
        });
    }

    void call(NodeId id) {
        const auto found = function(source_.text(id), Style::global, source_.children(id).size());
        references_[id] = found.value_or(Reference{.to = To::unknown});
        walk_children(id);
    }

    void method(NodeId id) {
        const std::size_t count = source_.children(id).size();
        const std::string target = path_of(source_, source_.children(id)[0]);
        if (!target.empty() && local_root(source_.children(id)[0]) == nullptr) {
            const std::string name = target + "." + source_.text(id);
            const Function* any = find_function(name);
            const auto found = function(name, Style::global, count - 1);
            if (found || any != nullptr) {
                references_[id] = found.value_or(Reference{.to = To::unknown, .function = any});
                references_[id].qualified = true;
                return walk_children(id, 1);
            }
        }
        references_[id] =
            function(source_.text(id), Style::method, count).value_or(Reference{.to = To::unknown});
        walk_children(id);
    }

    // The first child stands outside the variables, the others inside.
    void binder(NodeId id) {
        walk(source_.children(id)[0]);
        const std::size_t before = locals_.size();
        for (std::uint32_t i = 0; i < source_.node(id).variables; ++i)
            locals_.push_back({source_.variable(id, i), id, i});
        walk_children(id, 1);
        locals_.resize(before);
    }

    // Each part may use those before it.
    void block(NodeId id) {
        const Block around = block_;
        block_ = {id, 0};
        for (const NodeId child : source_.children(id)) {
            walk(child);
            ++block_.parts;
        }
        block_ = around;
    }

    void block_index(NodeId id) {
        const std::uint32_t number = source_.node(id).number;
        references_[id] = number < block_.parts
                              ? Reference{.to = To::local, .index = block_.node, .part = number}
                              : Reference{.to = To::unknown};
    }

    struct Block {
        NodeId node = 0;
        std::uint32_t parts = 0;
    };

    const Expression& source_;
    const Schema& schema_;
    std::vector<Reference> references_;
    std::vector<Local> locals_;
    Block block_;
};

}  // namespace

std::vector<Reference> resolve(const Expression& expression, const Schema& schema) {
    return Resolver(expression, schema).run();
}

std::string path_of(const Expression& expression, NodeId id) {
    std::vector<std::string_view> parts;
    for (;; id = expression.children(id)[0]) {
        const NodeKind kind = expression.node(id).kind;
        if (kind != NodeKind::name && kind != NodeKind::select && kind != NodeKind::has) return {};
        parts.push_back(expression.text(id));
        if (kind == NodeKind::name) break;
    }
    std::string path;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (!path.empty()) path += '.';
        path += *part;
    }
    return path;
}

}  // namespace banyan::rules
