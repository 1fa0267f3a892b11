// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan key`: API keys of a data directory. Works beside a running server.

#include <string>

namespace banyan::app {

struct KeyOptions {
    std::string data;
    std::string scopes;
    std::string label;
    std::string id;
};

int create_key(const KeyOptions& options);
int list_keys(const KeyOptions& options);
int revoke_key(const KeyOptions& options);

}  // namespace banyan::app
