# meterlink_add_component(<name>
#     LAYERS <folder>...               folders below include/meterlink and src that make up the component
#     [HEADERS <path>...]              single headers below include/meterlink
#     [WITHOUT <path>...]              sources below src that are left out
#     [NEEDS <component>...]           other components of this project that it links
#     [PUBLIC <target>...]             what its headers need
#     [PRIVATE <target>...]            what only its sources need
#     [PACKAGES <package>...]          find_package names of what is PUBLIC
#     [PRIVATE_PACKAGES <package>...]  of what is PRIVATE: the users of a static library link it too
#     [PRIVATE_PKGCONFIG <module>...]) the same for pkg-config
#
# Creates meterlink::<name>: a library compiled from src/<layer>/**.cpp, or a header-only INTERFACE target where
# there is no such file. Headers and sources are found by themselves. Installation and the exported package follow
# from the same call (see MeterlinkInstall.cmake).
function(meterlink_add_component name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LAYERS;HEADERS;WITHOUT;NEEDS;PUBLIC;PRIVATE;PACKAGES;PRIVATE_PACKAGES;PRIVATE_PKGCONFIG")
    set(include "${PROJECT_SOURCE_DIR}/include")
    list(TRANSFORM arg_HEADERS PREPEND "${include}/meterlink/" OUTPUT_VARIABLE headers)
    set(sources)
    foreach(layer IN LISTS arg_LAYERS)
        file(GLOB_RECURSE found CONFIGURE_DEPENDS "${include}/meterlink/${layer}/*.hpp")
        list(APPEND headers ${found})
        file(GLOB_RECURSE found CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${layer}/*.cpp")
        list(APPEND sources ${found})
    endforeach()

    list(TRANSFORM arg_WITHOUT PREPEND "${PROJECT_SOURCE_DIR}/src/")
    if(arg_WITHOUT)
        list(REMOVE_ITEM sources ${arg_WITHOUT})
    endif()

    set(target meterlink_${name})
    list(TRANSFORM arg_NEEDS PREPEND "meterlink::" OUTPUT_VARIABLE needs)
    if(sources)
        set(scope PUBLIC)
        add_library(${target} ${sources})
        set_target_properties(${target} PROPERTIES
            CXX_EXTENSIONS OFF
            POSITION_INDEPENDENT_CODE ON
            WINDOWS_EXPORT_ALL_SYMBOLS ON
            VERSION ${PROJECT_VERSION}
            SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
        target_link_libraries(${target} PRIVATE ${arg_PRIVATE})
        meterlink_warnings(${target})
        set_property(GLOBAL APPEND PROPERTY METERLINK_LIBRARIES ${target})
    else()
        set(scope INTERFACE)
        add_library(${target} INTERFACE)
    endif()
    add_library(meterlink::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    target_compile_features(${target} ${scope} cxx_std_20)
    target_link_libraries(${target} ${scope} ${needs} ${arg_PUBLIC})
    target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS "${include}" FILES ${headers})

    get_target_property(type ${target} TYPE)
    if(NOT type STREQUAL "STATIC_LIBRARY")
        set(arg_PRIVATE_PACKAGES)
        set(arg_PRIVATE_PKGCONFIG)
    endif()
    set_property(GLOBAL APPEND PROPERTY METERLINK_COMPONENTS ${name})
    set_property(GLOBAL PROPERTY METERLINK_${name}_NEEDS ${arg_NEEDS})
    set_property(GLOBAL PROPERTY METERLINK_${name}_PACKAGES ${arg_PACKAGES} ${arg_PRIVATE_PACKAGES})
    set_property(GLOBAL PROPERTY METERLINK_${name}_PKGCONFIG ${arg_PRIVATE_PKGCONFIG})
endfunction()

# meterlink_layer_library(<variable> <folder>): the target that tests and fuzzers of a layer link. The protocol
# layers get meterlink::core alone, so that nothing else can slip into them. The formats are tested with telegrams that
# have to be opened, so their tests get everything.
function(meterlink_layer_library variable layer)
    if(layer IN_LIST METERLINK_PROTOCOL_LAYERS)
        set(${variable} meterlink::core PARENT_SCOPE)
    elseif(TARGET meterlink::${layer} AND NOT layer STREQUAL "format")
        set(${variable} meterlink::${layer} PARENT_SCOPE)
    else()
        set(${variable} meterlink::meterlink PARENT_SCOPE)
    endif()
endfunction()
