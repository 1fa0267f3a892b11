// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a client's words to the engine's: unit codes become numbers, external ids keyed words, and the fingerprint is
// taken over what was said. Nothing personal passes through here into a command.

#include "base/result.h"
#include "domain/programme/programme.h"
#include "engine/command.h"
#include "runtime/ports/secrets.h"
#include "runtime/request.h"

namespace banyan::runtime {

KeyedId command_key(const Secrets& secrets, const Request& request);

/// The body in the engine's words. BindIdentity and the profile bodies come back without handle, member and vault
/// version: the shard fills these in, since only it may draw and write them. Errors carry a JSON pointer.
Result<engine::CommandBody> normalise(const Request& request, const programme::Programme& programme,
                                      const Secrets& secrets, Instant now);

/// Over the normalised body, the subject and the time said, as a keyed hash; `personal` is the keyed digest of
/// personal fields, zero when there are none.
Fingerprint fingerprint_of(const Request& request, const engine::CommandBody& body, const Secrets& secrets,
                           std::array<std::uint64_t, 2> personal);

/// The request by which the runtime binds a further identity of the subject, under an id that no client can choose.
Request bind_of(const Request& request, std::size_t index, MemberId member);

/// The profile as one text, for its keyed digest.
std::string profile_text(const Profile& profile);

/// The profile that a request carries, or nullptr.
const Profile* profile_of(const RequestBody& body);
Profile* profile_of(RequestBody& body);
/// Takes from `present` every field that `given` does not say.
void complete(Profile& given, const Profile& present);
/// Takes away every field whose text is empty.
void remove_empty(Profile& profile);
[[nodiscard]] bool is_empty(const Profile& profile);

}  // namespace banyan::runtime
