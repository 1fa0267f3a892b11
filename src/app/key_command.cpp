// SPDX-License-Identifier: Apache-2.0
#include "app/key_command.h"

#include "adapters/http/keys.h"
#include "adapters/system/openssl_digest.h"
#include "adapters/system/posix_disk.h"
#include "adapters/system/system_clock.h"
#include "app/terminal.h"

namespace banyan::app {

namespace {

const system::OpensslDigest digest;

int fail(const Error& error) {
    say_error(error.text());
    return 1;
}

Result<http::Keys> open_keys(const KeyOptions& options) {
    system::PosixDisk disk(options.data);
    TRY(disk.make_directory(""));
    return http::Keys::open(disk.absolute("keys.json"), digest);
}

}  // namespace

int create_key(const KeyOptions& options) {
    const auto scopes = http::parse_scopes(options.scopes);
    if (!scopes.ok()) return fail(scopes.error());
    auto keys = open_keys(options);
    if (!keys.ok()) return fail(keys.error());
    const auto key = keys->create(*scopes, options.label, system::SystemClock().wall());
    if (!key.ok()) return fail(key.error());
    say(key->text);
    return 0;
}

int list_keys(const KeyOptions& options) {
    const auto keys = open_keys(options);
    if (!keys.ok()) return fail(keys.error());
    for (const http::Key& key : keys->list()) {
        std::string line = key.id + "  " + (key.revoked_at ? "revoked" : "active ");
        for (const http::Scope scope : http::all_scopes) {
            if (key.scopes.has(scope)) line += " " + std::string(http::name_of(scope));
        }
        say(line + (key.label.empty() ? "" : "  (" + key.label + ")"));
    }
    return 0;
}

int revoke_key(const KeyOptions& options) {
    auto keys = open_keys(options);
    if (!keys.ok()) return fail(keys.error());
    if (const auto revoked = keys->revoke(options.id, system::SystemClock().wall()); !revoked.ok())
        return fail(revoked.error());
    say("revoked " + options.id);
    return 0;
}

}  // namespace banyan::app
