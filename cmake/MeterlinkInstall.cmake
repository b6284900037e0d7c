# Headers, libraries, the exported package and the pkg-config files, for every component declared so far.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/meterlink")
get_property(components GLOBAL PROPERTY METERLINK_COMPONENTS)

# One export set per component: who asks for core alone never loads a file that names another package.
set(METERLINK_COMPONENT_TABLE "set(_meterlink_components ${components})\n")
foreach(name IN LISTS components)
    install(TARGETS meterlink_${name} EXPORT meterlink-${name}-targets FILE_SET HEADERS)
    install(EXPORT meterlink-${name}-targets NAMESPACE meterlink:: DESTINATION "${package_dir}")
    get_property(needs GLOBAL PROPERTY METERLINK_${name}_NEEDS)
    get_property(packages GLOBAL PROPERTY METERLINK_${name}_PACKAGES)
    string(APPEND METERLINK_COMPONENT_TABLE
        "set(_meterlink_${name}_needs ${needs})\nset(_meterlink_${name}_packages ${packages})\n")
endforeach()
set(pkgconfig_modules meterlink-core)
if(TARGET meterlink_all)
    install(TARGETS meterlink_all EXPORT meterlink-all-targets FILE_SET HEADERS)
    install(EXPORT meterlink-all-targets NAMESPACE meterlink:: DESTINATION "${package_dir}")
    list(APPEND pkgconfig_modules meterlink)
endif()

configure_package_config_file(
    cmake/meterlinkConfig.cmake.in "${PROJECT_BINARY_DIR}/meterlinkConfig.cmake"
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/meterlinkConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/meterlinkConfig.cmake" "${PROJECT_BINARY_DIR}/meterlinkConfigVersion.cmake"
    DESTINATION "${package_dir}")
if(TARGET meterlink_io)
    install(FILES cmake/FindAsio.cmake DESTINATION "${package_dir}")
endif()

# pkg-config: the prefix is found from where the file stands, so an installed tree can be moved.
file(RELATIVE_PATH METERLINK_PC_PREFIX "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
set(METERLINK_PC_REQUIRES meterlink-core)
set(METERLINK_PC_LIBS)
foreach(name IN LISTS components)
    get_property(modules GLOBAL PROPERTY METERLINK_${name}_PKGCONFIG)
    list(APPEND METERLINK_PC_REQUIRES ${modules})
endforeach()
get_property(libraries GLOBAL PROPERTY METERLINK_LIBRARIES)
list(REVERSE libraries) # a later component may need an earlier one, and the linker wants users first
list(TRANSFORM libraries PREPEND "-l" OUTPUT_VARIABLE METERLINK_PC_LIBS)
list(JOIN METERLINK_PC_REQUIRES ", " METERLINK_PC_REQUIRES)
list(JOIN METERLINK_PC_LIBS " " METERLINK_PC_LIBS)
foreach(module IN LISTS pkgconfig_modules)
    configure_file(cmake/${module}.pc.in "${PROJECT_BINARY_DIR}/${module}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${module}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
