// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/keys.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::http {

namespace {

constexpr std::string_view prefix = "bk_";
constexpr std::string_view digits = "0123456789abcdef";
constexpr std::size_t file_bytes_max = 1U << 20U;

std::string to_hex(const std::uint8_t* bytes, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
        out += digits[bytes[i] >> 4U];
        out += digits[bytes[i] & 0xFU];
    }
    return out;
}

std::optional<Sha256> parse_hash(std::string_view text) {
    Sha256 hash{};
    if (text.size() != hash.size() * 2) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t nibble = digits.find(text[i]);
        if (nibble == std::string_view::npos) return std::nullopt;
        const std::size_t high = hash[i / 2];
        hash[i / 2] = static_cast<std::uint8_t>((high << 4U) | nibble);
    }
    return hash;
}

bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

Error failed(const std::string& path, const char* what) {
    return Error::io(std::string(what) + ": " + std::strerror(errno), path);
}

class File {
  public:
    File(const std::string& path, int flags) : handle_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File() {
        if (handle_ >= 0) ::close(handle_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool ok() const { return handle_ >= 0; }
    [[nodiscard]] int handle() const { return handle_; }

  private:
    int handle_;
};

Result<std::string> read_file(const std::string& path) {
    const File file(path, O_RDONLY);
    if (!file.ok()) {
        if (errno == ENOENT) return Error{ErrorCode::not_found, "there is no such file", path};
        return failed(path, "cannot open the keys");
    }
    std::string content;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ::ssize_t count = ::read(file.handle(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(path, "cannot read the keys");
        if (count == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(count));
        if (content.size() > file_bytes_max) return Error::corrupt("the key file is larger than 1 MiB", path);
    }
}

Result<void> write_all(int handle, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ::ssize_t count = ::write(handle, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(path, "cannot write the keys");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> replace_file(const std::string& path, std::string_view content) {
    const std::string beside = path + ".new";
    {
        const File file(beside, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file.ok()) return failed(beside, "cannot create the key file");
        TRY(write_all(file.handle(), content, beside));
        if (::fsync(file.handle()) != 0) return failed(beside, "cannot sync the key file");
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) return failed(path, "cannot replace the key file");
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const File directory(folder, O_RDONLY | O_DIRECTORY);
    if (!directory.ok() || ::fsync(directory.handle()) != 0) return failed(folder, "cannot sync the folder");
    return {};
}

Result<std::string> random_hex(std::size_t bytes) {
    std::array<std::uint8_t, 32> buffer{};
    ASSERT(bytes <= buffer.size());
    if (::getrandom(buffer.data(), bytes, 0) != static_cast<::ssize_t>(bytes))
        return failed("getrandom", "the system gave no random bytes");
    return to_hex(buffer.data(), bytes);
}

Result<Instant> read_instant(const Value* value, const std::string& path) {
    if (value != nullptr && value->is(Value::Kind::string)) {
        if (const auto instant = parse_rfc3339(value->string())) return *instant;
    }
    return Error::corrupt("a key's time is not RFC 3339", path);
}

Result<Key> read_key(const Value& value, const std::string& path) {
    if (!value.is(Value::Kind::map)) return Error::corrupt("a key is not an object", path);
    const Map& map = value.map();
    Key key;
    const auto text = [&map](std::string_view name) -> const std::string* {
        const Value* found = map.find(name);
        return found != nullptr && found->is(Value::Kind::string) ? &found->string() : nullptr;
    };
    const std::string* id = text("id");
    const std::string* hash = text("sha256");
    const std::string* scopes = text("scopes");
    if (id == nullptr || hash == nullptr || scopes == nullptr)
        return Error::corrupt("a key lacks id, sha256 or scopes", path);
    const auto parsed = parse_hash(*hash);
    if (!parsed) return Error::corrupt("the sha256 of key " + *id + " is not 64 hexadecimal digits", path);
    key.id = *id;
    key.hash = *parsed;
    key.scopes = TRY(parse_scopes(*scopes));
    if (const std::string* label = text("label")) key.label = *label;
    key.created_at = TRY(read_instant(map.find("created_at"), path));
    if (const Value* revoked = map.find("revoked_at")) key.revoked_at = TRY(read_instant(revoked, path));
    return key;
}

std::string to_text(const std::vector<Key>& keys) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().integer("version", 1).key("keys").begin_array();
    for (const Key& key : keys) {
        std::string scopes;
        for (const Scope scope : all_scopes) {
            if (!key.scopes.has(scope)) continue;
            if (!scopes.empty()) scopes += ',';
            scopes += name_of(scope);
        }
        json.begin_object().string("id", key.id).string("sha256", to_hex(key.hash.data(), key.hash.size()));
        json.string("scopes", scopes).string("label", key.label).instant("created_at", key.created_at);
        if (key.revoked_at) json.instant("revoked_at", *key.revoked_at);
        json.end_object();
    }
    json.end_array().end_object();
    out += '\n';
    return out;
}

}  // namespace

Result<Keys> Keys::open(std::string path, const Digest& digest) {
    Keys keys(std::move(path), digest);
    TRY(keys.load());
    return keys;
}

Keys::Stamp Keys::stamp() const {
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) return {};
    return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size, status.st_ino};
}

Result<void> Keys::load() {
    const Stamp now = stamp();
    const auto content = read_file(path_);
    std::vector<Key> keys;
    if (content.ok()) {
        const Value document = TRY(text::parse_json(*content));
        const Value* list = document.is(Value::Kind::map) ? document.map().find("keys") : nullptr;
        const Value* version = list != nullptr ? document.map().find("version") : nullptr;
        if (version == nullptr || *version != Value(std::int64_t{1}) || !list->is(Value::Kind::list))
            return Error::corrupt("this is not a key file of version 1", path_);
        for (const Value& value : list->list()) keys.push_back(TRY(read_key(value, path_)));
    } else if (content.error().code != ErrorCode::not_found) {
        return content.error();
    }
    keys_ = std::move(keys);
    stamp_ = now;
    ++revision_;
    return {};
}

Result<void> Keys::save(const std::vector<Key>& keys) {
    TRY(replace_file(path_, to_text(keys)));
    return load();
}

Result<void> Keys::reload_if_changed() {
    if (stamp() == stamp_) return {};
    return load();
}

Result<NewKey> Keys::create(Scopes scopes, std::string label, Instant now) {
    ASSERT(!scopes.empty());
    TRY(reload_if_changed());
    const std::string id = TRY(random_hex(6));
    const std::string secret = TRY(random_hex(32));
    const std::string text = std::string(prefix) + id + "_" + secret;
    std::vector<Key> keys = keys_;
    keys.push_back({id, digest_->sha256(text), scopes, std::move(label), now, std::nullopt});
    TRY(save(keys));
    return NewKey{id, text};
}

Result<void> Keys::revoke(std::string_view id, Instant now) {
    TRY(reload_if_changed());
    std::vector<Key> keys = keys_;
    for (Key& key : keys) {
        if (key.id != id) continue;
        if (!key.revoked_at) key.revoked_at = now;
        return save(keys);
    }
    return Error{ErrorCode::not_found, "there is no key '" + std::string(id) + "'", path_};
}

std::optional<Scopes> Keys::check(std::string_view presented) const {
    if (presented.size() > 200 || presented.substr(0, prefix.size()) != prefix) return std::nullopt;
    const std::size_t end = presented.find('_', prefix.size());
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view id = presented.substr(prefix.size(), end - prefix.size());
    // The hash is computed for an unknown id too, so that the time does not tell which ids exist.
    const Sha256 hash = digest_->sha256(presented);
    for (const Key& key : keys_) {
        if (key.id != id) continue;
        if (!equal_in_constant_time(key.hash, hash) || key.revoked_at) return std::nullopt;
        return key.scopes;
    }
    return std::nullopt;
}

}  // namespace banyan::http
