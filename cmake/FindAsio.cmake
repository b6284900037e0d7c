# FindAsio: asio without Boost, which brings no package of its own.
#
# Asio_FOUND, Asio_VERSION, and the target asio::asio.
find_path(Asio_INCLUDE_DIR asio.hpp)
mark_as_advanced(Asio_INCLUDE_DIR)
if(Asio_INCLUDE_DIR AND EXISTS "${Asio_INCLUDE_DIR}/asio/version.hpp")
    file(STRINGS "${Asio_INCLUDE_DIR}/asio/version.hpp" _asio_version REGEX "#define ASIO_VERSION ")
    if(_asio_version MATCHES "// ([0-9.]+)")
        set(Asio_VERSION "${CMAKE_MATCH_1}")
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS Asio_INCLUDE_DIR VERSION_VAR Asio_VERSION)

if(Asio_FOUND AND NOT TARGET asio::asio)
    include(CMakeFindDependencyMacro)
    find_dependency(Threads)
    add_library(asio::asio INTERFACE IMPORTED)
    set_target_properties(asio::asio PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${Asio_INCLUDE_DIR}")
    # Version 1.22 knows the coroutines of g++ by itself, those of clang beside libstdc++ only when it is told.
    set_target_properties(asio::asio PROPERTIES
        INTERFACE_COMPILE_DEFINITIONS
            "ASIO_STANDALONE;ASIO_NO_DEPRECATED;$<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT=1>;$<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_STD_COROUTINE=1>"
        INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
