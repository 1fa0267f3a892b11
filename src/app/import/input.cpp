// SPDX-License-Identifier: Apache-2.0
#include "app/import/input.h"

#include <filesystem>

namespace banyan::app {

Result<InputFile> InputFile::open(const std::string& path) {
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) return Error::io("there is no such file", path);
    const auto size = std::filesystem::file_size(path, code);
    std::ifstream stream(path, std::ios::binary);
    if (code || !stream) return Error::io("the file cannot be opened", path);
    return InputFile(std::move(stream), path, static_cast<std::size_t>(size));
}

InputFile::InputFile(std::ifstream stream, std::string path, std::size_t size)
    : stream_(std::move(stream)),
      path_(std::move(path)),
      name_(path_.substr(path_.rfind('/') + 1)),
      size_(size) {}

Result<std::size_t> InputFile::read(std::span<char> buffer) {
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(position_));
    stream_.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (stream_.bad()) return Error::io("the file cannot be read", path_);
    const auto count = static_cast<std::size_t>(stream_.gcount());
    position_ += count;
    return count;
}

Result<void> InputFile::append_at(std::size_t offset, std::size_t size, std::string& out) {
    const std::size_t begin = out.size();
    out.resize(begin + size);
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(out.data() + begin, static_cast<std::streamsize>(size));
    if (static_cast<std::size_t>(stream_.gcount()) != size)
        return Error::io("the file changed while it was imported", path_);
    return {};
}

}  // namespace banyan::app
